namespace CsiSecrets.Tests.Templates;

/// <summary>Paths.</summary>
public sealed class PathVectors(PathVectors.Group group) : IClassFixture<PathVectors.Group>
{
    private const string Name = "path";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
