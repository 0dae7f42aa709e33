namespace CsiSecrets.Tests.Templates;

/// <summary>printf, print, println.</summary>
public sealed class PrintfVectors(PrintfVectors.Group group) : IClassFixture<PrintfVectors.Group>
{
    private const string Name = "printf";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
