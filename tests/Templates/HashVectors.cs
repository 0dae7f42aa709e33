namespace CsiSecrets.Tests.Templates;

/// <summary>Hashes, crypto and random by property.</summary>
public sealed class HashVectors(HashVectors.Group group) : IClassFixture<HashVectors.Group>
{
    private const string Name = "hash";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
