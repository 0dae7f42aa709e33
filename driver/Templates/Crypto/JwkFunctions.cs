namespace CsiSecrets.Templates.Crypto;

/// <summary>jwkPublicKeyPem and jwkPrivateKeyPem: a JSON Web Key as PKIX or PKCS#8 PEM. Each takes only its own kind.</summary>
internal static class JwkFunctions
{
    public static byte[] JwkPublicKeyPem(ReadOnlySpan<byte> json)
    {
        var key = JsonWebKey.Parse(json);
        return key.IsPrivate
            ? throw new TemplateFunctionException($"x509: unsupported public key type: {key.GoType}")
            : PemEncoder.Encode(PemBlock.PublicKey, key.PublicKeyInfo());
    }

    public static byte[] JwkPrivateKeyPem(ReadOnlySpan<byte> json)
    {
        var key = JsonWebKey.Parse(json);
        return key.IsPrivate
            ? PemEncoder.Encode(PemBlock.PrivateKey, key.Private().ToPkcs8())
            : throw new TemplateFunctionException($"x509: unknown key type while marshaling PKCS#8: {key.GoType}");
    }
}
