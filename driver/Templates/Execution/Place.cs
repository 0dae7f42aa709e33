using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Syntax;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Execution;

/// <summary>Where an execution stands: the node last entered, from which an error takes its line, column and context.</summary>
internal sealed class Place(string parseName, GoString text, GoString templateName)
{
    private const int LongestContext = 1000;

    private Node? node;

    public GoString TemplateName { get; } = templateName;

    public void At(Node here) => node = here;

    /// <summary>The same text, in another of its templates.</summary>
    public Place Within(GoString other) => new(parseName, text, other);

    /// <summary>An error here. <paramref name="safe"/> replaces the message where the message may show data.</summary>
    public ExecException Fail(string message, string? safe = null, string? missingKey = null)
    {
        if (node is null)
        {
            return new ExecException($"template: {TemplateName}: {message}", $"template: {TemplateName}: {safe ?? message}", 0, 0);
        }

        ReadOnlySpan<byte> before = text.Span[..node.Position];
        int line = 1 + before.Count((byte)'\n');
        int column = node.Position - (before.LastIndexOf((byte)'\n') + 1);
        string at = $"template: {parseName}:{line}:{column}: executing {GoQuote.Quote(TemplateName)} at <{Context(node)}>: ";
        return new ExecException(at + message, at + (safe ?? message), line, column) { MissingKey = missingKey };
    }

    /// <summary>The node's text; a very long one is cut, as messages go into statuses and logs.</summary>
    private static string Context(Node node)
    {
        string whole = NodeText.Of(node);
        return whole.Length <= LongestContext ? whole : whole[..LongestContext] + "...";
    }
}
