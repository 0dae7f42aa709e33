namespace CsiSecrets.JsonQuery.JmesPath;

/// <summary>One call while it runs: checked arguments (null where the argument is a reference) and the evaluator to apply references.</summary>
internal sealed class Call(Expression site, Evaluator evaluator, IReadOnlyList<JsonTree?> arguments)
{
    public IReadOnlyList<JsonTree?> Arguments => arguments;

    public Budget Budget => evaluator.Budget;

    public JsonTree this[int position] => arguments[position]!;

    /// <summary>Applies the reference in that argument to a value.</summary>
    public JsonTree Apply(int position, JsonTree value) => evaluator.Evaluate(site.Children[position].Children[0], value);

    public JmesPathException Error(JmesPathErrorKind kind, string message) => new(kind, $"{site.Function!.Name}(): {message}", site.Offset);
}
