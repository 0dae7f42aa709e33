namespace CsiSecrets.Tests.Templates;

/// <summary>Sprig's lists.</summary>
public sealed class ListVectors(ListVectors.Group group) : IClassFixture<ListVectors.Group>
{
    private const string Name = "list";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
