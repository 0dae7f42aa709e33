namespace CsiSecrets.Tests.Templates;

/// <summary>Odd roots.</summary>
public sealed class PlainrootVectors(PlainrootVectors.Group group) : IClassFixture<PlainrootVectors.Group>
{
    private const string Name = "plainroot";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
