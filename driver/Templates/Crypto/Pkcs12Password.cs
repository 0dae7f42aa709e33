using System.Buffers.Binary;
using System.Text;

namespace CsiSecrets.Templates.Crypto;

/// <summary>A PKCS#12 password in its two forms: big-endian UCS-2 with a terminator for the old parts, UTF-8 for PBES2.</summary>
internal sealed class Pkcs12Password
{
    private Pkcs12Password(byte[] bmp, byte[] utf8)
    {
        (Bmp, Utf8) = (bmp, utf8);
    }

    /// <summary>The empty password as some writers take it: no bytes at all, no terminator either.</summary>
    public static Pkcs12Password NoBytes { get; } = new([], []);

    public byte[] Bmp { get; }

    public byte[] Utf8 { get; }

    public bool IsEmpty => Utf8.Length == 0;

    public static Pkcs12Password Of(ReadOnlySpan<byte> password)
    {
        var text = Encoding.UTF8.GetString(password);
        return new Pkcs12Password([.. Ucs2(text), 0, 0], Encoding.UTF8.GetBytes(text));
    }

    public static byte[] Ucs2(string text)
    {
        var bytes = new byte[2 * text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                throw new TemplateFunctionException("pkcs12: string contains characters that cannot be encoded in UCS-2");
            }

            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2 * i), text[i]);
        }

        return bytes;
    }
}
