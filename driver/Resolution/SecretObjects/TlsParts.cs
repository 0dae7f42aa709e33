using System.Security.Cryptography;
using CsiSecrets.Model;
using CsiSecrets.Templates.Crypto;

namespace CsiSecrets.Resolution.SecretObjects;

/// <summary>
/// The two keys of a <c>kubernetes.io/tls</c> Secret, each taken out of a file that may hold both, PEM or PFX. Certificates stay in their
/// order; a key becomes PKCS#1 (RSA) or SEC1 (EC) as the peer has it, else PKCS#8.
/// </summary>
internal static class TlsParts
{
    public const string SecretType = "kubernetes.io/tls";
    public const string CertificateKey = "tls.crt";
    public const string PrivateKey = "tls.key";

    /// <summary>Throws ValueInvalid. The password belongs to a PFX file; a line break at its end is none of it.</summary>
    public static SecretBytes Of(string subject, string key, SecretBytes file, SecretBytes? password)
    {
        byte[] part = [];
        try
        {
            bool pem = file.Span.IndexOf("-----BEGIN"u8) >= 0;
            ReadOnlySpan<byte> pass = password is null ? [] : password.Span.TrimEnd("\r\n"u8);
            part = (key == CertificateKey, pem) switch
            {
                (true, true) => Certificates(file.Span),
                (true, false) => Pkcs12Functions.Pkcs12CertPass(pass, file.Span),
                (false, true) => Key(file.Span),
                (false, false) => KeyOfPfx(pass, file.Span),
            };
            return part.Length > 0 ? SecretBytes.Copy(part) : throw Invalid(subject, key, "it holds no " + (key == CertificateKey ? "certificate" : "private key"));
        }
        catch (TemplateFunctionException e)
        {
            throw Invalid(subject, key, e.Message);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(part);
        }
    }

    private static byte[] Certificates(ReadOnlySpan<byte> pem)
    {
        using var all = new MemoryStream();
        ReadOnlySpan<byte> rest = PemFunctions.WithoutLeadingText(pem);
        while (PemDecoder.Decode(rest, out rest) is { } block)
        {
            if (block.Type == PemBlock.Certificate)
            {
                PemEncoder.Write(all, new PemBlock(block.Type, block.Bytes));
            }

            CryptographicOperations.ZeroMemory(block.Bytes);
        }

        return all.ToArray();
    }

    private static byte[] Key(ReadOnlySpan<byte> pem)
    {
        ReadOnlySpan<byte> rest = PemFunctions.WithoutLeadingText(pem);
        while (PemDecoder.Decode(rest, out rest) is { } block)
        {
            try
            {
                if (block.Type.EndsWith(PemBlock.PrivateKey, StringComparison.Ordinal))
                {
                    return block.Type.StartsWith("ENCRYPTED", StringComparison.Ordinal) || block.Headers.ContainsKey("DEK-Info")
                        ? throw new TemplateFunctionException("its private key is encrypted, which a Secret cannot hold")
                        : PrivateKeyParser.ParseAny(block.Bytes).ToPem();
                }
            }
            finally
            {
                CryptographicOperations.ZeroMemory(block.Bytes);
            }
        }

        return [];
    }

    private static byte[] KeyOfPfx(ReadOnlySpan<byte> password, ReadOnlySpan<byte> pfx)
    {
        byte[] pkcs8 = Pkcs12Functions.Pkcs12KeyPass(password, pfx);
        try
        {
            return Key(pkcs8);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    private static SecretsException Invalid(string subject, string key, string cause) => new(
        FailureReason.ValueInvalid,
        $"{subject}, for {key}",
        cause,
        "it must be PEM, or PKCS#12 (PFX) whose password, if it has one, is in the file that passwordObjectName names");
}
