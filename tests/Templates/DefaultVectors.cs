namespace CsiSecrets.Tests.Templates;

/// <summary>Sprig's defaults and flow control.</summary>
public sealed class DefaultVectors(DefaultVectors.Group group) : IClassFixture<DefaultVectors.Group>
{
    private const string Name = "default";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
