namespace CsiSecrets.Tests.Templates;

/// <summary>Sprig's dicts.</summary>
public sealed class DictVectors(DictVectors.Group group) : IClassFixture<DictVectors.Group>
{
    private const string Name = "dict";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
