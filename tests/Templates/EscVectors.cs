namespace CsiSecrets.Tests.Templates;

/// <summary>Nasty strings through every escaper.</summary>
public sealed class EscVectors(EscVectors.Group group) : IClassFixture<EscVectors.Group>
{
    private const string Name = "esc";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
