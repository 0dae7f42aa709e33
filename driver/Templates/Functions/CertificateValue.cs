using CsiSecrets.Templates.Crypto;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>A certificate and its key as a template sees them: the fields Cert and Key, both PEM.</summary>
internal sealed class CertificateValue(GeneratedCertificate pair) : GoObject
{
    public static readonly GoType CertificateType = new("sprig.certificate", GoKind.Struct);

    private readonly GoString cert = new(pair.Cert);
    private readonly GoString key = new(pair.Key);

    public GeneratedCertificate Pair => pair;

    public override GoType Type => CertificateType;

    public override GoString? Text => null;

    public override IReadOnlyList<(string Name, object? Value)> Fields => [("Cert", cert), ("Key", key)];

    public override bool SameAs(GoObject other) => other is CertificateValue same && same.cert.Equals(cert) && same.key.Equals(key);
}
