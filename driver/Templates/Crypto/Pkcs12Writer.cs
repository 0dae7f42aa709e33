using System.Formats.Asn1;
using System.Security.Cryptography;

namespace CsiSecrets.Templates.Crypto;

/// <summary>
/// Writes PKCS#12 in today's form: PBES2 (PBKDF2 with HMAC-SHA-256, AES-256-CBC) and a SHA-256 MAC, 2048 rounds each, as the
/// operator's library does.
/// </summary>
internal sealed class Pkcs12Writer(Pkcs12Password password, RandomFill fill)
{
    private const int Iterations = 2048;
    private const int SaltLength = 16;
    private const int KeyLength = 32;

    private static readonly Asn1Tag Explicit = new(TagClass.ContextSpecific, 0, true);

    /// <summary>The key and its certificate (linked by its fingerprint), then the other certificates.</summary>
    public byte[] WriteKeyStore(PrivateKey key, IReadOnlyList<ParsedCertificate> certificates)
    {
#pragma warning disable CA5350 // The local key id is a SHA-1 fingerprint by convention; it links, and protects nothing.
        var fingerprint = SHA1.HashData(certificates[0].Raw);
#pragma warning restore CA5350
        var bags = Sequence(writer =>
        {
            for (var i = 0; i < certificates.Count; i++)
            {
                WriteCertBag(writer, certificates[i], i == 0 ? set => WriteLocalKeyId(set, fingerprint) : null);
            }
        });
        var keyBags = Sequence(writer => WriteBag(
            writer,
            Oids.ShroudedKeyBag,
            bag =>
            {
                var encrypted = Encrypt(key.ToPkcs8(), out var algorithm);
                using (bag.PushSequence())
                {
                    bag.WriteEncodedValue(algorithm);
                    bag.WriteOctetString(encrypted);
                }
            },
            set => WriteLocalKeyId(set, fingerprint)));
        return WriteFile(Sequence(writer =>
        {
            WriteEncryptedSafe(writer, bags);
            WriteContentInfo(writer, Oids.Data, content => content.WriteOctetString(keyBags));
        }));
    }

    /// <summary>Certificates only, marked as trusted for Java, named by their subject.</summary>
    public byte[] WriteTrustStore(IReadOnlyList<ParsedCertificate> certificates)
    {
        var bags = Sequence(writer =>
        {
            foreach (var certificate in certificates)
            {
                var name = Pkcs12Password.Ucs2(DistinguishedName.Format(certificate.Subject));
                WriteCertBag(writer, certificate, set =>
                {
                    WriteAttribute(set, Oids.JavaTrustStore, value => value.WriteObjectIdentifier(Oids.AnyExtendedKeyUsage));
                    WriteAttribute(set, Oids.FriendlyName, value => WriteBmpString(value, name));
                });
            }
        });
        return WriteFile(Sequence(writer => WriteEncryptedSafe(writer, bags)));
    }

    private byte[] WriteFile(byte[] authenticatedSafe)
    {
        var salt = Random(SaltLength);
        var macKey = new Pkcs12Kdf().DeriveMacKey(password, HashAlgorithmName.SHA256, salt, Iterations);
        return Sequence(writer =>
        {
            writer.WriteInteger(3);
            WriteContentInfo(writer, Oids.Data, content => content.WriteOctetString(authenticatedSafe));
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                {
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(Oids.Sha256);
                        writer.WriteNull();
                    }

                    writer.WriteOctetString(HMACSHA256.HashData(macKey, authenticatedSafe));
                }

                writer.WriteOctetString(salt);
                writer.WriteInteger(Iterations);
            }
        });
    }

    private void WriteEncryptedSafe(AsnWriter writer, byte[] bags) => WriteContentInfo(writer, Oids.EncryptedData, content =>
    {
        var encrypted = Encrypt(bags, out var algorithm);
        using (content.PushSequence())
        {
            content.WriteInteger(0);
            using (content.PushSequence())
            {
                content.WriteObjectIdentifier(Oids.Data);
                content.WriteEncodedValue(algorithm);
                content.WriteOctetString(encrypted, new Asn1Tag(TagClass.ContextSpecific, 0));
            }
        }
    });

    /// <summary>Encrypts, and gives the AlgorithmIdentifier that says how.</summary>
    private byte[] Encrypt(byte[] plain, out byte[] algorithm)
    {
        var salt = Random(SaltLength);
        var iv = Random(SaltLength);
        algorithm = Sequence(writer =>
        {
            writer.WriteObjectIdentifier(Oids.Pbes2);
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(Oids.Pbkdf2);
                    using (writer.PushSequence())
                    {
                        writer.WriteOctetString(salt);
                        writer.WriteInteger(Iterations);
                        using (writer.PushSequence())
                        {
                            writer.WriteObjectIdentifier(Oids.HmacSha256);
                            writer.WriteNull();
                        }
                    }
                }

                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(Oids.Aes256Cbc);
                    writer.WriteOctetString(iv);
                }
            }
        });
        using var aes = Aes.Create();
        aes.Key = Rfc2898DeriveBytes.Pbkdf2(password.Utf8, salt, Iterations, HashAlgorithmName.SHA256, KeyLength);
        return aes.EncryptCbc(plain, iv);
    }

    private byte[] Random(int length)
    {
        var bytes = new byte[length];
        fill(bytes);
        return bytes;
    }

    private static void WriteCertBag(AsnWriter writer, ParsedCertificate certificate, Action<AsnWriter>? attributes) => WriteBag(
        writer,
        Oids.CertBag,
        bag =>
        {
            using (bag.PushSequence())
            {
                bag.WriteObjectIdentifier(Oids.X509Certificate);
                using (bag.PushSequence(Explicit))
                {
                    bag.WriteOctetString(certificate.Raw);
                }
            }
        },
        attributes);

    private static void WriteBag(AsnWriter writer, string type, Action<AsnWriter> value, Action<AsnWriter>? attributes)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(type);
            using (writer.PushSequence(Explicit))
            {
                value(writer);
            }

            if (attributes is not null)
            {
                using (writer.PushSetOf())
                {
                    attributes(writer);
                }
            }
        }
    }

    private static void WriteLocalKeyId(AsnWriter set, byte[] fingerprint) =>
        WriteAttribute(set, Oids.LocalKeyId, value => value.WriteOctetString(fingerprint));

    private static void WriteAttribute(AsnWriter set, string oid, Action<AsnWriter> value)
    {
        using (set.PushSequence())
        {
            set.WriteObjectIdentifier(oid);
            using (set.PushSetOf())
            {
                value(set);
            }
        }
    }

    private static void WriteContentInfo(AsnWriter writer, string type, Action<AsnWriter> content)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(type);
            using (writer.PushSequence(Explicit))
            {
                content(writer);
            }
        }
    }

    private static void WriteBmpString(AsnWriter writer, byte[] ucs2) =>
        writer.WriteCharacterString(UniversalTagNumber.BMPString, System.Text.Encoding.BigEndianUnicode.GetString(ucs2));

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
