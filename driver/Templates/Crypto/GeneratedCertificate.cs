namespace CsiSecrets.Templates.Crypto;

/// <summary>What buildCustomCert and the gen*Cert functions give: both members PEM text. The key is a secret.</summary>
internal sealed class GeneratedCertificate(byte[] cert, byte[] key)
{
    public byte[] Cert { get; } = cert;

    public byte[] Key { get; } = key;

    public override string ToString() => "[certificate and key]";
}
