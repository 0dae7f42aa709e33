using System.Formats.Asn1;

namespace CsiSecrets.Templates.Crypto;

/// <summary>What a PKCS#12 file holds: one key, its certificate (the first), and the others as found.</summary>
internal sealed class Pkcs12Content(PrivateKey key, IReadOnlyList<ParsedCertificate> certificates)
{
    public PrivateKey Key { get; } = key;

    public IReadOnlyList<ParsedCertificate> Certificates { get; } = certificates;
}

/// <summary>
/// Reads PKCS#12 as the operator's library does: DER only; MAC checked first (a file without one reads only with the empty
/// password); one or two safes; one key; at least one certificate.
/// </summary>
internal sealed class Pkcs12Reader
{
    private static readonly Asn1Tag Explicit = new(TagClass.ContextSpecific, 0, true);

    private readonly Pkcs12Kdf kdf = new();
    private readonly List<ParsedCertificate> certificates = [];
    private Pkcs12Password password;
    private PrivateKey? key;

    private Pkcs12Reader(Pkcs12Password password)
    {
        this.password = password;
    }

    public static Pkcs12Content Read(ReadOnlySpan<byte> file, ReadOnlySpan<byte> password)
    {
        var reader = new Pkcs12Reader(Pkcs12Password.Of(password));
        try
        {
            reader.ReadFile(file.ToArray());
        }
        catch (AsnContentException e)
        {
            throw new TemplateFunctionException("pkcs12: error reading P12 data: asn1: structure error", e);
        }

        if (reader.certificates.Count == 0)
        {
            throw new TemplateFunctionException("pkcs12: certificate missing");
        }

        return new Pkcs12Content(reader.key ?? throw new TemplateFunctionException("pkcs12: private key missing"), reader.certificates);
    }

    private void ReadFile(byte[] file)
    {
        var outer = Der(file);
        var pfx = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        if (!pfx.TryReadInt32(out var version) || version != 3)
        {
            throw new TemplateFunctionException("pkcs12: can only decode v3 PFX PDU's");
        }

        var authSafe = pfx.ReadSequence();
        if (authSafe.ReadObjectIdentifier() != Oids.Data)
        {
            throw new TemplateFunctionException("pkcs12: only password-protected PFX is implemented");
        }

        var content = authSafe.ReadSequence(Explicit).ReadOctetString();
        CheckMac(pfx, content);
        var safes = Der(content).ReadSequence();
        var count = 0;
        while (safes.HasData)
        {
            if (++count > 2)
            {
                throw new TemplateFunctionException("pkcs12: expected between 1 and 2 items in the authenticated safe");
            }

            ReadBags(ReadSafe(safes.ReadSequence()));
        }

        if (count == 0)
        {
            throw new TemplateFunctionException("pkcs12: expected between 1 and 2 items in the authenticated safe, but this file has 0");
        }
    }

    private void CheckMac(AsnReader pfx, byte[] content)
    {
        if (!pfx.HasData)
        {
            if (!password.IsEmpty)
            {
                throw new TemplateFunctionException("pkcs12: no MAC in data");
            }

            return;
        }

        var mac = new Pkcs12Mac(pfx.ReadSequence());
        if (mac.Verify(content, password, kdf))
        {
            return;
        }

        if (!password.IsEmpty || !mac.Verify(content, Pkcs12Password.NoBytes, kdf))
        {
            throw new TemplateFunctionException("pkcs12: decryption password incorrect");
        }

        password = Pkcs12Password.NoBytes;
    }

    private byte[] ReadSafe(AsnReader safe)
    {
        var type = safe.ReadObjectIdentifier();
        var content = safe.ReadSequence(Explicit);
        switch (type)
        {
            case Oids.Data:
                return content.ReadOctetString();
            case Oids.EncryptedData:
                var data = content.ReadSequence();
                if (!data.TryReadInt32(out var version) || version != 0)
                {
                    throw new TemplateFunctionException("pkcs12: only version 0 of EncryptedData is supported");
                }

                var info = data.ReadSequence();
                info.ReadObjectIdentifier();
                var algorithm = info.ReadSequence();
                return Pkcs12Cipher.Decrypt(algorithm, info.ReadOctetString(new Asn1Tag(TagClass.ContextSpecific, 0)), password, kdf);
            default:
                throw new TemplateFunctionException(
                    "pkcs12: only data and encryptedData content types are supported in authenticated safe");
        }
    }

    private void ReadBags(byte[] contents)
    {
        var bags = Der(contents).ReadSequence();
        while (bags.HasData)
        {
            var bag = bags.ReadSequence();
            var type = bag.ReadObjectIdentifier();
            var value = bag.ReadSequence(Explicit);
            switch (type)
            {
                case Oids.CertBag:
                    certificates.Add(ParsedCertificate.Parse(ReadCertificate(value.ReadSequence())));
                    break;
                case Oids.KeyBag:
                    SetKey(() => value.ReadEncodedValue().ToArray());
                    break;
                case Oids.ShroudedKeyBag:
                    SetKey(() => ReadShrouded(value.ReadSequence()));
                    break;
                default:
                    break;
            }
        }
    }

    private void SetKey(Func<byte[]> read)
    {
        if (key is not null)
        {
            throw new TemplateFunctionException("pkcs12: expected exactly one key bag");
        }

        key = PrivateKeyParser.ParsePkcs8(read());
    }

    private byte[] ReadShrouded(AsnReader bag)
    {
        var algorithm = bag.ReadSequence();
        return Pkcs12Cipher.Decrypt(algorithm, bag.ReadOctetString(), password, kdf);
    }

    private static byte[] ReadCertificate(AsnReader bag) => bag.ReadObjectIdentifier() == Oids.X509Certificate
        ? bag.ReadSequence(Explicit).ReadOctetString()
        : throw new TemplateFunctionException("pkcs12: only X509 certificates are supported");

    private static AsnReader Der(byte[] bytes) => new(bytes, AsnEncodingRules.DER);
}
