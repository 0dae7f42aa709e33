namespace CsiSecrets.Tests.Templates;

/// <summary>Sprig's strings.</summary>
public sealed class StrVectors(StrVectors.Group group) : IClassFixture<StrVectors.Group>
{
    private const string Name = "str";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
