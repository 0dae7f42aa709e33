namespace CsiSecrets.Tests.Templates;

/// <summary>Sprig's numbers.</summary>
public sealed class MathVectors(MathVectors.Group group) : IClassFixture<MathVectors.Group>
{
    private const string Name = "math";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
