using System.Formats.Asn1;

namespace CsiSecrets.Templates.Crypto;

/// <summary>
/// The parts of an X.509 certificate that templates ask for, read with Go's strictness: DER, matching signature algorithms,
/// no duplicate extensions, well-formed key ids and names. Nothing is verified.
/// </summary>
internal sealed class ParsedCertificate
{
    public required byte[] Raw { get; init; }

    /// <summary>The subject's Name, in DER.</summary>
    public required ReadOnlyMemory<byte> Subject { get; init; }

    /// <summary>SubjectPublicKeyInfo, in DER.</summary>
    public required ReadOnlyMemory<byte> PublicKeyInfo { get; init; }

    /// <summary>Null where there is no such extension, or it names none.</summary>
    public byte[]? SubjectKeyId { get; private set; }

    public byte[]? AuthorityKeyId { get; private set; }

    public AlternativeNames Names { get; private set; } = AlternativeNames.None;

    /// <summary>A root, as the operator sees it: it names no other authority than itself.</summary>
    public bool IsRoot => AuthorityKeyId is null || AuthorityKeyId.AsSpan().SequenceEqual(SubjectKeyId);

    public static ParsedCertificate Parse(byte[] der)
    {
        try
        {
            return Read(der);
        }
        catch (AsnContentException e)
        {
            throw new TemplateFunctionException("x509: malformed certificate", e);
        }
    }

    public byte[] ToPem() => PemEncoder.Encode(PemBlock.Certificate, Raw);

    private static ParsedCertificate Read(byte[] der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var certificate = outer.ReadSequence();
        if (outer.HasData)
        {
            throw new TemplateFunctionException("x509: trailing data");
        }

        var tbs = certificate.ReadSequence();
        var outerAlgorithm = certificate.ReadEncodedValue();
        certificate.ReadBitString(out _);

        var versionTag = new Asn1Tag(TagClass.ContextSpecific, 0, true);
        var version = 0;
        if (tbs.HasData && tbs.PeekTag() == versionTag && (!tbs.ReadSequence(versionTag).TryReadInt32(out version) || version is < 0 or > 2))
        {
            throw new TemplateFunctionException("x509: invalid version");
        }

        if (tbs.ReadInteger().Sign < 0)
        {
            throw new TemplateFunctionException("x509: negative serial number");
        }

        if (!tbs.ReadEncodedValue().Span.SequenceEqual(outerAlgorithm.Span))
        {
            throw new TemplateFunctionException("x509: inner and outer signature algorithm identifiers don't match");
        }

        tbs.ReadSequence();
        ReadValidity(tbs.ReadSequence());
        var subject = tbs.ReadEncodedValue();
        DistinguishedName.Parse(subject);
        var publicKey = tbs.ReadEncodedValue();
        PublicKeyCheck.Check(publicKey);
        var parsed = new ParsedCertificate { Raw = der, Subject = subject, PublicKeyInfo = publicKey };
        if (version > 0)
        {
            parsed.ReadTail(tbs, version);
        }

        return parsed;
    }

    private static void ReadValidity(AsnReader validity)
    {
        for (var i = 0; i < 2; i++)
        {
            if (validity.PeekTag() == Asn1Tag.GeneralizedTime)
            {
                validity.ReadGeneralizedTime();
            }
            else
            {
                validity.ReadUtcTime(2049);
            }
        }
    }

    private void ReadTail(AsnReader tbs, int version)
    {
        for (var unique = 1; unique <= 2; unique++)
        {
            var tag = new Asn1Tag(TagClass.ContextSpecific, unique);
            if (tbs.HasData && tbs.PeekTag().HasSameClassAndValue(tag))
            {
                tbs.ReadBitString(out _, tag);
            }
        }

        var extensionsTag = new Asn1Tag(TagClass.ContextSpecific, 3, true);
        if (version < 2 || !tbs.HasData || tbs.PeekTag() != extensionsTag)
        {
            return;
        }

        var extensions = tbs.ReadSequence(extensionsTag).ReadSequence();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            if (!seen.Add(oid))
            {
                throw new TemplateFunctionException("x509: certificate contains duplicate extensions");
            }

            var critical = extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean();
            ReadExtension(oid, critical, extension.ReadOctetString());
        }
    }

    private void ReadExtension(string oid, bool critical, byte[] value)
    {
        var reader = new AsnReader(value, AsnEncodingRules.DER);
        switch (oid)
        {
            case Oids.SubjectAltName:
                Names = AlternativeNames.Parse(reader);
                break;
            case Oids.SubjectKeyId:
                Refuse(critical, "subject key identifier");
                SubjectKeyId = reader.ReadOctetString();
                break;
            case Oids.AuthorityKeyId:
                Refuse(critical, "authority key identifier");
                var keyId = new Asn1Tag(TagClass.ContextSpecific, 0);
                var authority = reader.ReadSequence();
                AuthorityKeyId = authority.HasData && authority.PeekTag() == keyId ? authority.ReadOctetString(keyId) : null;
                break;
            case Oids.KeyUsage:
                reader.ReadBitString(out _);
                break;
            case Oids.BasicConstraints:
                reader.ReadSequence();
                break;
            case Oids.ExtendedKeyUsage:
                var usages = reader.ReadSequence();
                while (usages.HasData)
                {
                    usages.ReadObjectIdentifier();
                }

                break;
            default:
                break;
        }
    }

    private static void Refuse(bool critical, string what)
    {
        if (critical)
        {
            throw new TemplateFunctionException($"x509: {what} incorrectly marked critical");
        }
    }
}
