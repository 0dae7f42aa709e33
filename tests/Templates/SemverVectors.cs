namespace CsiSecrets.Tests.Templates;

/// <summary>Versions.</summary>
public sealed class SemverVectors(SemverVectors.Group group) : IClassFixture<SemverVectors.Group>
{
    private const string Name = "semver";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
