namespace CsiSecrets.Cli;

/// <summary>A place in a file. Line and column count from 1; 0 is unknown.</summary>
/// <param name="File">The file as it was named.</param>
/// <param name="Line">The line.</param>
/// <param name="Column">The column, in characters.</param>
/// <param name="Source">The line's text; null where it is not to be shown.</param>
internal sealed record SourcePlace(string File, long Line = 0, long Column = 0, string? Source = null)
{
    public override string ToString() => File + (Line > 0 ? $":{Line}" : "") + (Line > 0 && Column > 0 ? $":{Column}" : "");
}
