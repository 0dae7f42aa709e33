namespace CsiSecrets.Cli;

/// <summary>A failure with the place where its author finds it: file, line and column, as compilers write them.</summary>
internal sealed class RenderException(string message, SourcePlace place) : Exception(message)
{
    public SourcePlace Place { get; } = place;
}
