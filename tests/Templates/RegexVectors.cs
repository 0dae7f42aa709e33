namespace CsiSecrets.Tests.Templates;

/// <summary>Regular expressions.</summary>
public sealed class RegexVectors(RegexVectors.Group group) : IClassFixture<RegexVectors.Group>
{
    private const string Name = "regex";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
