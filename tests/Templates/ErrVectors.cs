namespace CsiSecrets.Tests.Templates;

/// <summary>Errors with their places.</summary>
public sealed class ErrVectors(ErrVectors.Group group) : IClassFixture<ErrVectors.Group>
{
    private const string Name = "err";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
