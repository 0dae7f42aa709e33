using System.Text.Json;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube.Folder;

/// <summary>A kind that a folder may hold.</summary>
/// <param name="Group">Its API group, whatever the version.</param>
/// <param name="Kind">Its name.</param>
/// <param name="Namespaced">Where a manifest names no namespace it is in <c>default</c>.</param>
/// <param name="Problem">What is wrong with an object's JSON; null when it can be read.</param>
internal sealed record FolderKind(string Group, string Kind, bool Namespaced, Func<ReadOnlyMemory<byte>, string?> Problem)
{
    public static FolderKind Of<T>(ResourceType<T> type)
        where T : KubeObject => new(type.Group, type.Kind, type.Namespaced, json => ProblemOf(type, json));

    private static string? ProblemOf<T>(ResourceType<T> type, ReadOnlyMemory<byte> json)
        where T : KubeObject
    {
        try
        {
            (JsonSerializer.Deserialize(json.Span, type.Json) as IDisposable)?.Dispose();
            return null;
        }
        catch (JsonException e)
        {
            // Only the path of the framework's message: the rest could quote the text.
            string field = e.Path is { Length: > 2 } path ? path[2..] : type.Kind;
            return $"{field}: not of the type that this field has";
        }
    }
}
