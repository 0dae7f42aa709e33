namespace CsiSecrets.Tests.Templates;

/// <summary>Actions: if, with, range, define, variables, pipelines, arguments.</summary>
public sealed class ActVectors(ActVectors.Group group) : IClassFixture<ActVectors.Group>
{
    private const string Name = "act";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
