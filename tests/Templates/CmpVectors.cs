namespace CsiSecrets.Tests.Templates;

/// <summary>Comparison, and, or, not.</summary>
public sealed class CmpVectors(CmpVectors.Group group) : IClassFixture<CmpVectors.Group>
{
    private const string Name = "cmp";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
