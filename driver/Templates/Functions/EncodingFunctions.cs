using System.Diagnostics.CodeAnalysis;
using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Json;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>base64, base32, hexadecimal, checksums, JSON. A decoder that fails returns its complaint as the value.</summary>
internal static class EncodingFunctions
{
    private static readonly GoType[] Text = [GoType.String];
    private static readonly GoType[] One = [GoType.Interface];

    public static FunctionList Functions() => new()
    {
        { "b64enc", Text, static (c, a) => Base64Codec.Encode(c.Budget, (GoString)a[0]!) },
        { "b64dec", Text, static (c, a) => Base64Codec.Decode(c.Budget, (GoString)a[0]!) },
        { "b32enc", Text, static (c, a) => Base32Codec.Encode(c.NewBuilder(), (GoString)a[0]!) },
        { "b32dec", Text, static (c, a) => Base32Codec.Decode(c.NewBuilder(), (GoString)a[0]!) },
        { "hexdec", Text, static (c, a) => HexDecode(c.NewBuilder(), (GoString)a[0]!) },
        { "fromJson", Text, static (c, a) => Quiet(() => JsonDecoder.Decode((GoString)a[0]!, c.Budget), null) },
        { "mustFromJson", Text, static (c, a) => JsonDecoder.Decode((GoString)a[0]!, c.Budget) },
        { "toJson", One, static (c, a) => Quiet(() => JsonEncoder.Encode(c, a[0], true, false), GoString.Empty) },
        { "mustToJson", One, static (c, a) => JsonEncoder.Encode(c, a[0], true, false) },
        { "toPrettyJson", One, static (c, a) => Quiet(() => JsonEncoder.Encode(c, a[0], true, true), GoString.Empty) },
        { "mustToPrettyJson", One, static (c, a) => JsonEncoder.Encode(c, a[0], true, true) },
        { "toRawJson mustToRawJson", One, static (c, a) => JsonEncoder.Encode(c, a[0], false, false) },
    };

    private static object? Quiet(Func<object?> function, object? otherwise)
    {
        try
        {
            return function();
        }
        catch (GoException)
        {
            return otherwise;
        }
    }

    [SuppressMessage("Security", "CA5350", Justification = "the function that templates ask for by name")]
    private static GoString HexDecode(ByteBuilder output, GoString text)
    {
        ReadOnlySpan<byte> source = text.Span;
        for (int i = 0; i < source.Length; i++)
        {
            if (!char.IsAsciiHexDigit((char)source[i]))
            {
                return GoString.From($"encoding/hex: invalid byte: U+{source[i]:X4}" + (GoUnicode.IsPrint(source[i]) ? $" '{(char)source[i]}'" : ""));
            }

            if (i % 2 == 1)
            {
                output.Append((byte)((Numbers.GoNumber.Digit((char)source[i - 1]) << 4) | Numbers.GoNumber.Digit((char)source[i])));
            }
        }

        return source.Length % 2 == 0 ? output.ToGoString() : GoString.From("encoding/hex: odd length hex string");
    }

    private static GoString Adler32(GoString text)
    {
        uint a = 1;
        uint b = 0;
        foreach (byte value in text.Span)
        {
            a = (a + value) % 65521;
            b = (b + a) % 65521;
        }

        return GoString.From(((b << 16) | a).ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
