namespace CsiSecrets.Tests.Templates;

/// <summary>Missing and nil in plain mode.</summary>
public sealed class PlainerrVectors(PlainerrVectors.Group group) : IClassFixture<PlainerrVectors.Group>
{
    private const string Name = "plainerr";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
