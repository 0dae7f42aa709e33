using System.Text;

namespace CsiSecrets.Templates.Crypto;

/// <summary>filterPEM.</summary>
internal static class PemFunctions
{
    /// <summary>The blocks of that type, encoded anew. Fails where there are none and text is left that is not PEM.</summary>
    public static byte[] FilterPem(ReadOnlySpan<byte> pemType, ReadOnlySpan<byte> input)
    {
        var wanted = Encoding.UTF8.GetString(pemType);
        using var kept = new MemoryStream();
        var data = WithoutLeadingText(input);
        while (PemDecoder.Decode(data, out data) is { } block)
        {
            var type = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(block.Type));
            if (string.Equals(type, wanted, StringComparison.OrdinalIgnoreCase))
            {
                PemEncoder.Write(kept, block);
            }
        }

        if (kept.Length == 0 && data.Length != 0)
        {
            throw new TemplateFunctionException("error filtering pem: found junk");
        }

        return kept.ToArray();
    }

    /// <summary>Starts at the first BEGIN, wherever in its line that is.</summary>
    public static ReadOnlySpan<byte> WithoutLeadingText(ReadOnlySpan<byte> input)
    {
        var at = input.IndexOf("-----BEGIN"u8);
        return at < 0 ? input : input[at..];
    }
}
