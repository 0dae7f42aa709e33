using CsiSecrets.Model;

namespace CsiSecrets.Providers;

/// <summary>A file made from one object, with the id and version that the pod status shows for it.</summary>
/// <param name="File">Path, content, mode, owner. The receiver owns the content.</param>
/// <param name="Id">The id under <c>status.objects</c>, as the peer's provider names it.</param>
/// <param name="Version">The version there.</param>
internal sealed record ShapedFile(SecretFile File, string Id, string Version)
{
    /// <summary>Only the class's templates see it: it is not written.</summary>
    public bool Hidden { get; init; }
}
