namespace CsiSecrets.Tests.Templates;

/// <summary>Encodings, JSON, YAML.</summary>
public sealed class EncVectors(EncVectors.Group group) : IClassFixture<EncVectors.Group>
{
    private const string Name = "enc";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
