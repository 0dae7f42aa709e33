namespace CsiSecrets.Tests.Templates;

/// <summary>Printing of numbers.</summary>
public sealed class NumVectors(NumVectors.Group group) : IClassFixture<NumVectors.Group>
{
    private const string Name = "num";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
