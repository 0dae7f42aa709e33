namespace CsiSecrets.Tests.Templates;

/// <summary>The option missingkey.</summary>
public sealed class MissingkeyVectors(MissingkeyVectors.Group group) : IClassFixture<MissingkeyVectors.Group>
{
    private const string Name = "missingkey";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
