using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace CsiSecrets.Templates.Crypto;

/// <summary>Writes an X.509 certificate with the extensions that Go gives to Sprig's template, in Go's order.</summary>
internal sealed class CertificateBuilder(CertificateRequestNames names, bool isCa, RandomFill fill, DateTimeOffset now)
{
    private const int SerialLength = 16;
    private const long NanosecondsADay = 86_400_000_000_000;
    private const int KeyIdLength = 20;

    /// <summary>digitalSignature, keyEncipherment; with keyCertSign for an authority: the bits from the left.</summary>
    private const byte LeafUsage = 0b1010_0000;
    private const byte AuthorityUsage = 0b1010_0100;

    /// <param name="subjectKey">Whose public key it certifies.</param>
    /// <param name="issuer">Null for a self-signed one.</param>
    /// <param name="issuerKey">Signs.</param>
    public byte[] Build(PrivateKey subjectKey, ParsedCertificate? issuer, PrivateKey issuerKey)
    {
        var addresses = names.Addresses.Select(text =>
            IpText.Parse(text) ?? throw new TemplateFunctionException($"error parsing ip: {text}")).ToArray();
        var serial = new byte[SerialLength];
        fill(serial);
        var publicKey = subjectKey.PublicKeyInfo();
        var subject = SubjectName();
        // The signature's algorithm stands within what is signed, so it is asked for with an empty signature first.
        var algorithm = issuerKey.Sign([]).Algorithm;
        var tbs = Sequence(writer =>
        {
            using (writer.PushSequence(Context(0)))
            {
                writer.WriteInteger(2);
            }

            writer.WriteInteger(new BigInteger(serial, isUnsigned: true, isBigEndian: true));
            writer.WriteEncodedValue(algorithm);
            writer.WriteEncodedValue(issuer is null ? subject : issuer.Subject.Span);
            WriteValidity(writer);
            writer.WriteEncodedValue(subject);
            writer.WriteEncodedValue(publicKey);
            using (writer.PushSequence(Context(3)))
            {
                using (writer.PushSequence())
                {
                    WriteExtensions(writer, publicKey, AuthorityOf(issuer, subject), addresses);
                }
            }
        });
        var signature = issuerKey.Sign(tbs).Signature;
        return Sequence(writer =>
        {
            writer.WriteEncodedValue(tbs);
            writer.WriteEncodedValue(algorithm);
            writer.WriteBitString(signature);
        });
    }

    private static byte[]? AuthorityOf(ParsedCertificate? issuer, byte[] subject) =>
        issuer is { SubjectKeyId.Length: > 0 } && !issuer.Subject.Span.SequenceEqual(subject) ? issuer.SubjectKeyId : null;

    private void WriteExtensions(AsnWriter writer, byte[] publicKey, byte[]? authority, byte[][] addresses)
    {
        WriteExtension(writer, Oids.KeyUsage, true, value =>
            value.WriteBitString([isCa ? AuthorityUsage : LeafUsage], isCa ? 2 : 5));
        WriteExtension(writer, Oids.ExtendedKeyUsage, false, value =>
        {
            using (value.PushSequence())
            {
                value.WriteObjectIdentifier(Oids.ServerAuth);
                value.WriteObjectIdentifier(Oids.ClientAuth);
            }
        });
        WriteExtension(writer, Oids.BasicConstraints, true, value =>
        {
            using (value.PushSequence())
            {
                if (isCa)
                {
                    value.WriteBoolean(true);
                }
            }
        });
        if (isCa)
        {
            WriteExtension(writer, Oids.SubjectKeyId, false, value => value.WriteOctetString(KeyId(publicKey)));
        }

        if (authority is not null)
        {
            WriteExtension(writer, Oids.AuthorityKeyId, false, value =>
            {
                using (value.PushSequence())
                {
                    value.WriteOctetString(authority, Context(0));
                }
            });
        }

        if (names.DnsNames.Count + addresses.Length > 0)
        {
            // Critical where the subject says nothing, which no template can ask for but by an empty name.
            WriteExtension(writer, Oids.SubjectAltName, names.CommonName.Length == 0, value => WriteNames(value, addresses));
        }
    }

    private void WriteNames(AsnWriter value, byte[][] addresses)
    {
        using (value.PushSequence())
        {
            foreach (var name in names.DnsNames)
            {
                if (!Ascii.IsValid(name))
                {
                    throw new TemplateFunctionException($"error creating certificate: x509: \"{name}\" cannot be encoded as an IA5String");
                }

                value.WriteCharacterString(UniversalTagNumber.IA5String, name, Context(2));
            }

            foreach (var address in addresses)
            {
                value.WriteOctetString(address, Context(7));
            }
        }
    }

    private void WriteValidity(AsnWriter writer)
    {
        // Go counts in nanoseconds and lets them wrap round; a date out of range is an error here.
        var ticks = unchecked(NanosecondsADay * names.Days) / TimeSpan.NanosecondsPerTick;
        if (ticks > (DateTimeOffset.MaxValue - now).Ticks || ticks < (DateTimeOffset.MinValue - now).Ticks)
        {
            throw new TemplateFunctionException("error creating certificate: cannot represent time as GeneralizedTime");
        }

        using (writer.PushSequence())
        {
            WriteTime(writer, now);
            WriteTime(writer, now.AddTicks(ticks));
        }
    }

    private static void WriteTime(AsnWriter writer, DateTimeOffset time)
    {
        var utc = time.ToUniversalTime();
        if (utc.Year is >= 1950 and < 2050)
        {
            writer.WriteUtcTime(utc);
        }
        else
        {
            writer.WriteGeneralizedTime(utc, omitFractionalSeconds: true);
        }
    }

    private byte[] SubjectName() => Sequence(writer =>
    {
        if (names.CommonName.Length == 0)
        {
            return;
        }

        using (writer.PushSetOf())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Oids.CommonName);
                var printable = names.CommonName.All(c => char.IsAsciiLetterOrDigit(c) || " '()+,-./:=?".Contains(c, StringComparison.Ordinal));
                writer.WriteCharacterString(printable ? UniversalTagNumber.PrintableString : UniversalTagNumber.UTF8String, names.CommonName);
            }
        }
    });

    /// <summary>RFC 7093's first method: SHA-256 of the key's bits, cut.</summary>
    private static byte[] KeyId(byte[] publicKeyInfo)
    {
        var reader = new AsnReader(publicKeyInfo, AsnEncodingRules.DER).ReadSequence();
        reader.ReadSequence();
        return SHA256.HashData(reader.ReadBitString(out _))[..KeyIdLength];
    }

    private static void WriteExtension(AsnWriter writer, string oid, bool critical, Action<AsnWriter> value)
    {
        var inner = new AsnWriter(AsnEncodingRules.DER);
        value(inner);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            if (critical)
            {
                writer.WriteBoolean(true);
            }

            writer.WriteOctetString(inner.Encode());
        }
    }

    private static Asn1Tag Context(int tag) => new(TagClass.ContextSpecific, tag);

    private static byte[] Sequence(Action<AsnWriter> contents)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            contents(writer);
        }

        return writer.Encode();
    }
}
