namespace CsiSecrets.JsonQuery.JmesPath;

/// <summary>A node of the immutable syntax tree.</summary>
internal sealed class Expression
{
    private readonly IReadOnlyList<Expression> children = [];

    public required ExpressionKind Kind { get; init; }

    /// <summary>Where it starts in the text.</summary>
    public required int Offset { get; init; }

    /// <summary>Of a field, its name.</summary>
    public string Name { get; init; } = string.Empty;

    public JsonTree Literal { get; init; } = JsonTree.Null;

    public int Index { get; init; }

    public Slice Slice { get; init; }

    /// <summary>Of a comparison, its operator.</summary>
    public TokenKind Operator { get; init; }

    public Function? Function { get; init; }

    /// <summary>Of a multi-select hash, a name for each child.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>A chain has left, right; a projection has source, element[, condition].</summary>
    public IReadOnlyList<Expression> Children
    {
        get => children;
        init
        {
            children = value;
            foreach (Expression child in value)
            {
                Depth = Math.Max(Depth, child.Depth + 1);
            }

            if (Depth > JmesPathLimits.MaxExpressionDepth)
            {
                throw new JmesPathException(
                    JmesPathErrorKind.LimitExceeded, $"the expression nests deeper than {JmesPathLimits.MaxExpressionDepth}", value[0].Offset);
            }
        }
    }

    public int Depth { get; private init; } = 1;
}
