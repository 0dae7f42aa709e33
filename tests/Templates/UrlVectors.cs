namespace CsiSecrets.Tests.Templates;

/// <summary>URLs.</summary>
public sealed class UrlVectors(UrlVectors.Group group) : IClassFixture<UrlVectors.Group>
{
    private const string Name = "url";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
