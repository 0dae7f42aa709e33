namespace CsiSecrets.Tests.Templates;

/// <summary>jwkPublicKeyPem and jwkPrivateKeyPem.</summary>
public sealed class JwkVectors(JwkVectors.Group group) : IClassFixture<JwkVectors.Group>
{
    private const string Name = "jwk";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
