namespace CsiSecrets.Tests.Templates;

/// <summary>Custom delimiters.</summary>
public sealed class DelimsVectors(DelimsVectors.Group group) : IClassFixture<DelimsVectors.Group>
{
    private const string Name = "delims";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
