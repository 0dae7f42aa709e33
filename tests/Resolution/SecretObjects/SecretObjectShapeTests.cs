using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Resolution.SecretObjects;

namespace CsiSecrets.Tests.Resolution.SecretObjects;

/// <summary>From files to a Secret's data.</summary>
public sealed class SecretObjectShapeTests
{
    private const string Ed25519 = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
        -----END PRIVATE KEY-----

        """;

    [Fact]
    public void NestedName_ItsFileIsTheValue()
    {
        using SecretSet data = Shape("Opaque", [("bar", "nested/bar", null)], ("nested/bar", "x"u8.ToArray()));

        Assert.Equal("bar=x", Text(data));
    }

    [Fact]
    public void DockerConfigJson_IsTakenAsItIs()
    {
        using SecretSet data = Shape("kubernetes.io/dockerconfigjson", [(".dockerconfigjson", "docker", null)], ("docker", """{"auths":{}}"""u8.ToArray()));

        Assert.Equal(""".dockerconfigjson={"auths":{}}""", Text(data));
    }

    [Fact]
    public void MissingFile_IsSaidInThePeersWords()
    {
        SecretsException e = Assert.Throws<SecretsException>(() => Shape("Opaque", [("k", "absent", null)]));

        Assert.Contains("file matching objectName absent not found in the pod", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rsa", "-----BEGIN RSA PRIVATE KEY-----")]
    [InlineData("ec", "-----BEGIN EC PRIVATE KEY-----")]
    public void TlsFromOnePemFile_TwoCertificatesAndTheKeyAsThePeerWritesIt(string kind, string begins)
    {
        (X509Certificate2 certificate, string key) = Certificate(kind);
        string pem = certificate.ExportCertificatePem() + "\n" + key + "\n" + certificate.ExportCertificatePem() + "\n";

        using SecretSet data = Tls(Encoding.ASCII.GetBytes(pem), null);

        Assert.Equal(2, Text(data.Find("tls.crt")!).Split("BEGIN CERTIFICATE").Length - 1);
        Assert.DoesNotContain("PRIVATE", Text(data.Find("tls.crt")!), StringComparison.Ordinal);
        Assert.StartsWith(begins, Text(data.Find("tls.key")!), StringComparison.Ordinal);
        using var pair = X509Certificate2.CreateFromPem(Text(data.Find("tls.crt")!), Text(data.Find("tls.key")!));
        Assert.True(pair.HasPrivateKey);
    }

    [Fact]
    public void TlsWithEd25519_TheKeyIsPkcs8()
    {
        using SecretSet data = Shape("kubernetes.io/tls", [("tls.key", "pem", null)], ("pem", Encoding.ASCII.GetBytes(Ed25519)));

        Assert.Equal(Ed25519.ReplaceLineEndings("\n"), Text(data.Find("tls.key")!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("s3cret")]
    public void TlsFromPfx_WithAndWithoutAPassword(string password)
    {
        (X509Certificate2 certificate, _) = Certificate("rsa");
        byte[] pfx = certificate.Export(X509ContentType.Pfx, password);

        using SecretSet data = Tls(pfx, password.Length == 0 ? null : password + "\n");

        using var read = X509Certificate2.CreateFromPem(Text(data.Find("tls.crt")!), Text(data.Find("tls.key")!));
        Assert.Equal(certificate.Thumbprint, read.Thumbprint);
        Assert.StartsWith("-----BEGIN RSA PRIVATE KEY-----", Text(data.Find("tls.key")!), StringComparison.Ordinal);
    }

    [Fact]
    public void TlsFromPfx_WrongPasswordOrNoKey_IsSaidWithoutTheContent()
    {
        (X509Certificate2 certificate, _) = Certificate("rsa");

        SecretsException junk = Assert.Throws<SecretsException>(() => Tls("MARKER-not-a-key"u8.ToArray(), "MARKER-password"));
        SecretsException half = Assert.Throws<SecretsException>(
            () => Shape("kubernetes.io/tls", [("tls.key", "pem", null)], ("pem", Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()))));

        Assert.Equal(FailureReason.ValueInvalid, junk.Reason);
        Assert.DoesNotContain("MARKER", junk.Message, StringComparison.Ordinal);
        Assert.Contains("holds no private key", half.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BadEntry_EveryErrorAtOnce()
    {
        SecretsException e = Assert.Throws<SecretsException>(() => SecretObjectReader.Read("shop/app", 3, new SecretObject
        {
            SecretName = "Upper Case",
            Data = [new SecretObjectData { Key = "a/b" }, new SecretObjectData { ObjectName = "x", Key = "k", PasswordObjectName = "p" }],
        }));

        Assert.Equal(FailureReason.ClassInvalid, e.Reason);
        foreach (string part in (string[])["spec.secretObjects[3]", "no name of a Secret", "secret type is empty", "data[0]: object name is empty", "data[0]: key is no key", "data[1]: passwordObjectName"])
        {
            Assert.Contains(part, e.Message, StringComparison.Ordinal);
        }
    }

    private static SecretSet Tls(byte[] file, string? password)
    {
        string? name = password is null ? null : "password";
        return Shape(
            "kubernetes.io/tls",
            [("tls.crt", "cert", name), ("tls.key", "cert", name)],
            ("cert", file), ("password", Encoding.UTF8.GetBytes(password ?? "")));
    }

    private static SecretSet Shape(string type, (string Key, string Path, string? Password)[] keys, params (string Path, byte[] Content)[] files)
    {
        SecretObjectPlan plan = SecretObjectReader.Read("shop/app", 0, new SecretObject
        {
            SecretName = "made",
            Type = type,
            Data = [.. keys.Select(k => new SecretObjectData { Key = k.Key, ObjectName = k.Path, PasswordObjectName = k.Password })],
        });
        using var set = new SecretSet();
        foreach ((string path, byte[] content) in files)
        {
            set.Put(path, SecretBytes.Copy(content));
        }

        return SecretObjectShape.Of("shop/app", plan, set);
    }

    private static (X509Certificate2 Certificate, string Key) Certificate(string kind)
    {
        DateTimeOffset from = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        if (kind == "rsa")
        {
            using var rsa = RSA.Create(2048);
            return (new CertificateRequest("CN=test", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(from, from.AddYears(1)), rsa.ExportPkcs8PrivateKeyPem());
        }

        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (new CertificateRequest("CN=test", ec, HashAlgorithmName.SHA256).CreateSelfSigned(from, from.AddYears(1)), ec.ExportPkcs8PrivateKeyPem());
    }

    private static string Text(SecretSet data) => string.Join(' ', data.Items.Select(i => $"{i.Key}={Text(i.Value)}"));

    private static string Text(SecretBytes value) => Encoding.UTF8.GetString(value.Span);
}
