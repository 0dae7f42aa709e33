namespace CsiSecrets.JsonQuery.JmesPath;

/// <summary>Counts the work of one evaluation against its limits, and looks at the cancellation.</summary>
internal sealed class Budget(JmesPathLimits limits, CancellationToken cancellationToken)
{
    private long steps;
    private long nextLook = 1024;

    public void Charge(long cost)
    {
        steps += cost;
        if (steps > limits.MaxSteps)
        {
            throw TooMuch("the expression needs too much work on this document");
        }

        if (steps >= nextLook)
        {
            nextLook = steps + 1024;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Walks the result as often as a writer would: one shared subtree counts wherever it occurs.</summary>
    public void CheckResult(JsonTree result)
    {
        long size = 0;
        Measure(result, ref size);
    }

    private void Measure(JsonTree tree, ref long size)
    {
        size += 1 + tree.Text.Length;
        if (size > limits.MaxResultSize)
        {
            throw TooMuch("the result is too large");
        }

        foreach (JsonTree item in tree.Items)
        {
            Measure(item, ref size);
        }

        foreach ((string name, JsonTree value) in tree.Members)
        {
            size += name.Length;
            Measure(value, ref size);
        }
    }

    private static JmesPathException TooMuch(string message) => new(JmesPathErrorKind.LimitExceeded, message, 0);
}
