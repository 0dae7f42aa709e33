namespace CsiSecrets.Templates.Crypto;

/// <summary>The object identifiers of the formats that are read and written here.</summary>
internal static class Oids
{
    public const string Rsa = "1.2.840.113549.1.1.1";
    public const string EcPublicKey = "1.2.840.10045.2.1";
    public const string Ed25519 = "1.3.101.112";
    public const string X25519 = "1.3.101.110";

    public const string RsaWithSha256 = "1.2.840.113549.1.1.11";
    public const string EcdsaWithSha256 = "1.2.840.10045.4.3.2";
    public const string EcdsaWithSha384 = "1.2.840.10045.4.3.3";
    public const string EcdsaWithSha512 = "1.2.840.10045.4.3.4";

    public const string CommonName = "2.5.4.3";
    public const string SubjectKeyId = "2.5.29.14";
    public const string KeyUsage = "2.5.29.15";
    public const string SubjectAltName = "2.5.29.17";
    public const string BasicConstraints = "2.5.29.19";
    public const string AuthorityKeyId = "2.5.29.35";
    public const string ExtendedKeyUsage = "2.5.29.37";
    public const string AnyExtendedKeyUsage = "2.5.29.37.0";
    public const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    public const string Data = "1.2.840.113549.1.7.1";
    public const string EncryptedData = "1.2.840.113549.1.7.6";
    public const string FriendlyName = "1.2.840.113549.1.9.20";
    public const string LocalKeyId = "1.2.840.113549.1.9.21";
    public const string X509Certificate = "1.2.840.113549.1.9.22.1";
    public const string JavaTrustStore = "2.16.840.1.113894.746875.1.1";
    public const string KeyBag = "1.2.840.113549.1.12.10.1.1";
    public const string ShroudedKeyBag = "1.2.840.113549.1.12.10.1.2";
    public const string CertBag = "1.2.840.113549.1.12.10.1.3";

    public const string PbeSha1TripleDes = "1.2.840.113549.1.12.1.3";
    public const string PbeSha1Rc2With40Bits = "1.2.840.113549.1.12.1.6";
    public const string Pbes2 = "1.2.840.113549.1.5.13";
    public const string Pbkdf2 = "1.2.840.113549.1.5.12";
    public const string Pbmac1 = "1.2.840.113549.1.5.14";
    public const string HmacSha1 = "1.2.840.113549.2.7";
    public const string HmacSha256 = "1.2.840.113549.2.9";
    public const string HmacSha384 = "1.2.840.113549.2.10";
    public const string HmacSha512 = "1.2.840.113549.2.11";
    public const string Sha1 = "1.3.14.3.2.26";
    public const string Sha256 = "2.16.840.1.101.3.4.2.1";
    public const string Sha512 = "2.16.840.1.101.3.4.2.3";
    public const string Aes128Cbc = "2.16.840.1.101.3.4.1.2";
    public const string Aes192Cbc = "2.16.840.1.101.3.4.1.22";
    public const string Aes256Cbc = "2.16.840.1.101.3.4.1.42";
}
