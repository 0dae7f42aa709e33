namespace CsiSecrets.Tests.Templates;

/// <summary>rsaDecrypt.</summary>
public sealed class RsaDecryptVectors(RsaDecryptVectors.Group group) : IClassFixture<RsaDecryptVectors.Group>
{
    private const string Name = "rsaDecrypt";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
