namespace CsiSecrets.JsonQuery.JmesPath;

/// <summary>A parsed expression: immutable, to be parsed once and kept. Unknown functions and wrong arities are found by the parser.</summary>
internal sealed class JmesPathExpression
{
    private readonly Expression root;

    private JmesPathExpression(string text, Expression root)
    {
        Text = text;
        this.root = root;
    }

    public string Text { get; }

    /// <summary>Throws <see cref="JmesPathException"/>.</summary>
    public static JmesPathExpression Parse(string text) => new(text, Parser.Parse(text));

    /// <summary>The result, <see cref="JsonTree.Null"/> where nothing matches. Throws <see cref="JmesPathException"/>.</summary>
    public JsonTree Search(JsonTree document, CancellationToken cancellationToken) =>
        Search(document, JmesPathLimits.Default, cancellationToken);

    /// <inheritdoc cref="Search(JsonTree, CancellationToken)"/>
    public JsonTree Search(JsonTree document, JmesPathLimits limits, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Budget budget = new(limits, cancellationToken);
        JsonTree result = new Evaluator(budget).Evaluate(root, document);
        budget.CheckResult(result);
        return result;
    }
}
