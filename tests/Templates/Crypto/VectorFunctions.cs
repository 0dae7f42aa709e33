using System.Security.Cryptography;
using System.Text;
using CsiSecrets.Templates.Crypto;

namespace CsiSecrets.Tests.Templates.Crypto;

/// <summary>The functions under test by their template names, and the few others that the vectors' chains use.</summary>
internal static class VectorFunctions
{
    private const int MaxLength = 1 << 20;

    private static readonly CertificateGeneration Certificates =
        new(RandomNumberGenerator.Fill, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public static object Call(string name, List<object> a) => name switch
    {
        "pkcs12key" => Pkcs12Functions.Pkcs12Key(B(a, 0)),
        "pkcs12keyPass" => Pkcs12Functions.Pkcs12KeyPass(B(a, 0), B(a, 1)),
        "pkcs12cert" => Pkcs12Functions.Pkcs12Cert(B(a, 0)),
        "pkcs12certPass" => Pkcs12Functions.Pkcs12CertPass(B(a, 0), B(a, 1)),
        "pemToPkcs12" => Pkcs12Functions.PemToPkcs12(B(a, 0), B(a, 1), RandomNumberGenerator.Fill),
        "pemToPkcs12Pass" => Pkcs12Functions.PemToPkcs12Pass(B(a, 0), B(a, 1), B(a, 2), RandomNumberGenerator.Fill),
        "fullPemToPkcs12" => Pkcs12Functions.FullPemToPkcs12(B(a, 0), B(a, 1), RandomNumberGenerator.Fill),
        "fullPemToPkcs12Pass" => Pkcs12Functions.FullPemToPkcs12Pass(B(a, 0), B(a, 1), B(a, 2), RandomNumberGenerator.Fill),
        "pemTruststoreToPKCS12" => Pkcs12Functions.PemTruststoreToPkcs12(B(a, 0), RandomNumberGenerator.Fill),
        "pemTruststoreToPKCS12Pass" => Pkcs12Functions.PemTruststoreToPkcs12Pass(B(a, 0), B(a, 1), RandomNumberGenerator.Fill),
        "filterPEM" => PemFunctions.FilterPem(B(a, 0), B(a, 1)),
        "filterCertChain" => CertificateFunctions.FilterCertChain(B(a, 0), B(a, 1)),
        "certSANs" => CertificateFunctions.CertSans(B(a, 0)),
        "jwkPublicKeyPem" => JwkFunctions.JwkPublicKeyPem(B(a, 0)),
        "jwkPrivateKeyPem" => JwkFunctions.JwkPrivateKeyPem(B(a, 0)),
        "rsaDecrypt" => RsaDecryption.RsaDecrypt(T(a, 0), T(a, 1), B(a, 2), B(a, 3)),
        "sha1sum" => U(Digests.Sha1Sum(B(a, 0))),
        "sha256sum" => U(Digests.Sha256Sum(B(a, 0))),
        "sha512sum" => U(Digests.Sha512Sum(B(a, 0))),
        "adler32sum" => U(Digests.Adler32Sum(B(a, 0))),
        "bcrypt" => U(Passwords.Bcrypt(B(a, 0), RandomNumberGenerator.Fill)),
        "htpasswd" => Passwords.Htpasswd(B(a, 0), B(a, 1), T(a, 2), RandomNumberGenerator.Fill),
        "derivePassword" when a[0] is >= 0 => U(Passwords.DerivePassword((uint)(int)a[0], T(a, 1), B(a, 2), B(a, 3), B(a, 4))),
        "genPrivateKey" => KeyGeneration.GenPrivateKey(T(a, 0), RandomNumberGenerator.Fill),
        "genCAWithKey" => Certificates.GenCaWithKey(T(a, 0), (int)a[1], B(a, 2)).Cert,
        "buildCustomCert" => CertificateGeneration.BuildCustomCert(B(a, 0), B(a, 1)).Cert,
        "encryptAES" => AesFunctions.EncryptAes(B(a, 0), B(a, 1), RandomNumberGenerator.Fill),
        "decryptAES" => AesFunctions.DecryptAes(B(a, 0), B(a, 1)),
        "randBytes" => U(RandomFunctions.RandBytes((int)a[0], MaxLength, RandomNumberGenerator.Fill)),
        "randAlphaNum" => U(RandomFunctions.RandAlphaNum((int)a[0], MaxLength, RandomNumberGenerator.Fill)),
        "randAlpha" => U(RandomFunctions.RandAlpha((int)a[0], MaxLength, RandomNumberGenerator.Fill)),
        "randAscii" => U(RandomFunctions.RandAscii((int)a[0], MaxLength, RandomNumberGenerator.Fill)),
        "randNumeric" => U(RandomFunctions.RandNumeric((int)a[0], MaxLength, RandomNumberGenerator.Fill)),
        "randInt" => RandomFunctions.RandInt((int)a[0], (int)a[1], RandomNumberGenerator.Fill),
        "uuidv4" => U(RandomFunctions.UuidV4(RandomNumberGenerator.Fill)),
        "shuffle" => RandomFunctions.Shuffle(B(a, 0), RandomNumberGenerator.Fill),
        "b64dec" => GoBase64.Decode(B(a, 0), out var offset) ?? U($"illegal base64 data at input byte {offset}"),
        "b64enc" => U(Convert.ToBase64String(B(a, 0))),
        "len" => a[0] is byte[] bytes ? bytes.Length : ((IReadOnlyList<string>)a[0]).Count,
        "lt" => (int)a[0] < (int)a[1],
        "kindOf" => U(a[0] is byte[]? "string" : "slice"),
        "upper" => U(T(a, 0).ToUpperInvariant()),
        "first" => U(((IReadOnlyList<string>)a[0])[0]),
        "hasPrefix" => B(a, 1).AsSpan().StartsWith(B(a, 0)),
        _ => throw new NotSupportedException(name),
    };

    private static byte[] B(List<object> arguments, int i) => i < arguments.Count && arguments[i] is byte[] bytes
        ? bytes
        : throw new NotSupportedException("argument");

    private static string T(List<object> arguments, int i) => Encoding.UTF8.GetString(B(arguments, i));

    private static byte[] U(string text) => Encoding.UTF8.GetBytes(text);
}
