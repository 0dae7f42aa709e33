namespace CsiSecrets.Tests.Templates;

/// <summary>Reflection.</summary>
public sealed class ReflectVectors(ReflectVectors.Group group) : IClassFixture<ReflectVectors.Group>
{
    private const string Name = "reflect";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
