namespace CsiSecrets.Tests.Templates;

/// <summary>Access to the operator's map of strings.</summary>
public sealed class DataVectors(DataVectors.Group group) : IClassFixture<DataVectors.Group>
{
    private const string Name = "data";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
