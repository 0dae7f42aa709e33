namespace CsiSecrets.Tests.Templates;

/// <summary>filterPEM.</summary>
public sealed class FilterPEMVectors(FilterPEMVectors.Group group) : IClassFixture<FilterPEMVectors.Group>
{
    private const string Name = "filterPEM";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
