using CsiSecrets.Model;

namespace CsiSecrets.Providers.Objects;

/// <summary>One entry of <c>objects</c> while a class is read.</summary>
/// <param name="Path">E.g. <c>objects[2]</c>, for messages.</param>
/// <param name="Request">What to read.</param>
/// <param name="Label">The version label that tells entries of one name apart; null when there is none.</param>
/// <param name="Alias">As written; null when there is none.</param>
/// <param name="Files">The files.</param>
internal sealed record ClassObject(string Path, SecretRequest Request, string? Label, string? Alias, NamedFiles Files)
{
    public FileShape Shape => Files.Shape;

    /// <summary>The alias of each part of <see cref="Shape"/>, as written.</summary>
    public IReadOnlyList<string> PartAliases => Files.PartAliases;

    public ShapedObject Plan() => new(Request, Shape.Hash(), Shape);

    public ClassObject With(FileShape shape) => this with { Files = Files with { Shape = shape } };
}

/// <summary>The files of one entry, and the aliases of its parts as written.</summary>
internal sealed record NamedFiles(FileShape Shape, IReadOnlyList<string> PartAliases);

/// <summary>One object with the files to make of it.</summary>
internal sealed record ShapedObject(SecretRequest Request, string ShapeHash, FileShape Shape) : PlannedObject(Request, ShapeHash);
