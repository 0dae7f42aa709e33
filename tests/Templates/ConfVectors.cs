namespace CsiSecrets.Tests.Templates;

/// <summary>Realistic configuration files.</summary>
public sealed class ConfVectors(ConfVectors.Group group) : IClassFixture<ConfVectors.Group>
{
    private const string Name = "conf";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
