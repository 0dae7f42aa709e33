using CsiSecrets.Templates.Crypto;
using CsiSecrets.Templates.Values;
using static CsiSecrets.Templates.Functions.CryptoCalls;

namespace CsiSecrets.Templates.Functions;

/// <summary>External Secrets Operator's own functions but for the two of YAML: PKCS#12, PEM, chains, JWK, RSA.</summary>
internal static class OperatorFunctions
{
    private static readonly GoType[] One = [GoType.String];
    private static readonly GoType[] Two = [GoType.String, GoType.String];
    private static readonly GoType[] Three = [GoType.String, GoType.String, GoType.String];

    public static FunctionList Functions() => new()
    {
        { "pkcs12key", One, Bytes(static (_, a) => Pkcs12Functions.Pkcs12Key(Span(a, 0))) },
        { "pkcs12keyPass", Two, Bytes(static (_, a) => Pkcs12Functions.Pkcs12KeyPass(Span(a, 0), Span(a, 1))) },
        { "pkcs12cert", One, Bytes(static (_, a) => Pkcs12Functions.Pkcs12Cert(Span(a, 0))) },
        { "pkcs12certPass", Two, Bytes(static (_, a) => Pkcs12Functions.Pkcs12CertPass(Span(a, 0), Span(a, 1))) },
        { "pemToPkcs12", Two, Bytes(static (c, a) => Pkcs12Functions.PemToPkcs12(Span(a, 0), Span(a, 1), Fill(c))) },
        { "pemToPkcs12Pass", Three, Bytes(static (c, a) => Pkcs12Functions.PemToPkcs12Pass(Span(a, 0), Span(a, 1), Span(a, 2), Fill(c))) },
        { "fullPemToPkcs12", Two, Bytes(static (c, a) => Pkcs12Functions.FullPemToPkcs12(Span(a, 0), Span(a, 1), Fill(c))) },
        { "fullPemToPkcs12Pass", Three, Bytes(static (c, a) => Pkcs12Functions.FullPemToPkcs12Pass(Span(a, 0), Span(a, 1), Span(a, 2), Fill(c))) },
        { "pemTruststoreToPKCS12", One, Bytes(static (c, a) => Pkcs12Functions.PemTruststoreToPkcs12(Span(a, 0), Fill(c))) },
        { "pemTruststoreToPKCS12Pass", Two, Bytes(static (c, a) => Pkcs12Functions.PemTruststoreToPkcs12Pass(Span(a, 0), Span(a, 1), Fill(c))) },
        { "filterPEM", Two, Bytes(static (_, a) => PemFunctions.FilterPem(Span(a, 0), Span(a, 1))) },
        { "filterCertChain", Two, Bytes(static (_, a) => CertificateFunctions.FilterCertChain(Span(a, 0), Span(a, 1))) },
        { "certSANs", One, Guarded(static (_, a) => GoList.Strings(CertificateFunctions.CertSans(Span(a, 0)).Select(GoString.From))) },
        { "jwkPublicKeyPem", One, Bytes(static (_, a) => JwkFunctions.JwkPublicKeyPem(Span(a, 0))) },
        { "jwkPrivateKeyPem", One, Bytes(static (_, a) => JwkFunctions.JwkPrivateKeyPem(Span(a, 0))) },
        {
            "rsaDecrypt",
            [GoType.String, GoType.String, GoType.String, GoType.String],
            Bytes(static (_, a) => RsaDecryption.RsaDecrypt(String(a, 0), String(a, 1), Span(a, 2), Span(a, 3)))
        },
    };
}
