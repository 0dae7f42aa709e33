namespace CsiSecrets.Reload.Sources;

/// <summary>What a watch shows of a source.</summary>
/// <param name="Namespace">Where.</param>
/// <param name="Source">Which.</param>
/// <param name="Happened">Reloader's word: <c>add</c>, <c>update</c> or <c>delete</c>.</param>
/// <param name="IsNews">False: what counts of it is as it was.</param>
internal sealed record SourceEvent(string Namespace, SourceKey Source, string Happened, bool IsNews)
{
    public const string Add = "add";
    public const string Update = "update";
    public const string Delete = "delete";
}
