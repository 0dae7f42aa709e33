namespace CsiSecrets.Providers.Aws;

/// <summary>One entry of <c>objects</c> while a class is read.</summary>
/// <param name="Path">E.g. <c>objects[2]</c>, for messages.</param>
/// <param name="Request">What to read.</param>
/// <param name="Alias">As written; null when there is none.</param>
/// <param name="Shape">The files.</param>
/// <param name="PartAliases">The alias of each part of <paramref name="Shape"/>, as written.</param>
internal sealed record AwsObject(string Path, AwsObjectRequest Request, string? Alias, FileShape Shape, IReadOnlyList<string> PartAliases)
{
    public AwsPlannedObject Plan() => new(Request, Shape.Hash(), Shape);
}
