namespace CsiSecrets.Tests.Templates;

/// <summary>Thinly covered functions.</summary>
public sealed class ExtraVectors(ExtraVectors.Group group) : IClassFixture<ExtraVectors.Group>
{
    private const string Name = "extra";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
