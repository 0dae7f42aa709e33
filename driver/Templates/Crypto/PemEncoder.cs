using System.Buffers.Text;
using System.Text;

namespace CsiSecrets.Templates.Crypto;

/// <summary>Go's encoding/pem encoder: Proc-Type first, other headers sorted, base64 in lines of 64 columns.</summary>
internal static class PemEncoder
{
    private const int LineLength = 64;

    private const string ProcType = "Proc-Type";

    public static byte[] Encode(string type, ReadOnlySpan<byte> der)
    {
        using var output = new MemoryStream();
        Write(output, new PemBlock(type, der.ToArray()));
        return output.ToArray();
    }

    public static void Write(Stream output, PemBlock block)
    {
        if (block.Headers.Keys.Any(key => key.Contains(':', StringComparison.Ordinal)))
        {
            throw new TemplateFunctionException("pem: cannot encode a header key that contains a colon");
        }

        Text(output, $"-----BEGIN {block.Type}-----\n");
        if (block.Headers.TryGetValue(ProcType, out var procType))
        {
            Text(output, $"{ProcType}: {procType}\n");
        }

        foreach (var (key, value) in block.Headers.Where(header => header.Key != ProcType))
        {
            Text(output, $"{key}: {value}\n");
        }

        if (block.Headers.Count > 0)
        {
            Text(output, "\n");
        }

        var base64 = new byte[Base64.GetMaxEncodedToUtf8Length(block.Bytes.Length)];
        Base64.EncodeToUtf8(block.Bytes, base64, out _, out var length);
        for (var at = 0; at < length; at += LineLength)
        {
            output.Write(base64, at, Math.Min(LineLength, length - at));
            output.WriteByte((byte)'\n');
        }

        Text(output, $"-----END {block.Type}-----\n");
    }

    private static void Text(Stream output, string text) => output.Write(Encoding.Latin1.GetBytes(text));
}
