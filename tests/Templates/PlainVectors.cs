namespace CsiSecrets.Tests.Templates;

/// <summary>Nested JSON data.</summary>
public sealed class PlainVectors(PlainVectors.Group group) : IClassFixture<PlainVectors.Group>
{
    private const string Name = "plain";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
