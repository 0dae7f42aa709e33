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
            T? read = JsonSerializer.Deserialize(json.Span, type.Json);
            (read as IDisposable)?.Dispose();
            return read is UserManifest ? ManifestReading.ShapeProblem(json.Span) : null;
        }
        catch (JsonException e)
        {
            return ManifestReading.Problem(e);
        }
    }
}
