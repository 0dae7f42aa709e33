using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Digests;

namespace CsiSecrets.Model;

/// <summary>
/// External Secrets Operator's hash: SHA3-224, in hex, of what Go prints for a value. The hash of a Secret's data goes over
/// <c>map[key:[1 2 3] other:[4]]</c>, keys in ordinal order.
/// </summary>
internal sealed class PeerHash
{
    private const int Bits = 224;
    private readonly Sha3Digest digest = new(Bits);
    private bool begun;

    /// <summary>Of a text as it is.</summary>
    public static string OfText(string text)
    {
        var hash = new PeerHash { begun = true };
        hash.Take(Encoding.UTF8.GetBytes(text));
        return hash.End();
    }

    /// <summary>Of a Secret's data.</summary>
    public static string OfData(SecretSet data)
    {
        var hash = new PeerHash();
        foreach ((string key, SecretBytes value) in data.Items)
        {
            hash.Add(key, value.Span);
        }

        return hash.EndData();
    }

    /// <summary>The next key of a Secret's data, and its value.</summary>
    public void Add(string key, ReadOnlySpan<byte> value)
    {
        Take(begun ? " "u8 : "map["u8);
        begun = true;
        Take(Encoding.UTF8.GetBytes(key));
        Take(":["u8);
        Span<byte> text = stackalloc byte[1024];
        int length = 0;
        for (int n = 0; n < value.Length; n++)
        {
            if (n > 0)
            {
                text[length++] = (byte)' ';
            }

            value[n].TryFormat(text[length..], out int digits, default, CultureInfo.InvariantCulture);
            length += digits;
            if (length > text.Length - 4)
            {
                Take(text[..length]);
                length = 0;
            }
        }

        Take(text[..length]);
        CryptographicOperations.ZeroMemory(text);
        Take("]"u8);
    }

    /// <summary>The hash of the data that was added.</summary>
    public string EndData()
    {
        Take(begun ? "]"u8 : "map[]"u8);
        return End();
    }

    private string End()
    {
        Span<byte> hash = stackalloc byte[Bits / 8];
        digest.DoFinal(hash);
        return Convert.ToHexStringLower(hash);
    }

    private void Take(ReadOnlySpan<byte> text) => digest.BlockUpdate(text);
}
