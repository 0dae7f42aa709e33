using System.Formats.Asn1;
using System.Text;

namespace CsiSecrets.Templates.Crypto;

/// <summary>A subject's name in Go's text: RFC 2253 with known attributes in Go's fixed order, others last.</summary>
internal static class DistinguishedName
{
    /// <summary>Known attributes (under 2.5.4), in the order in which Go's text ends with the first.</summary>
    private static readonly (string Oid, string Name)[] Known =
    [
        ("2.5.4.6", "C"), ("2.5.4.10", "O"), ("2.5.4.11", "OU"), ("2.5.4.7", "L"), ("2.5.4.8", "ST"), ("2.5.4.9", "STREET"),
        ("2.5.4.17", "POSTALCODE"), ("2.5.4.3", "CN"), ("2.5.4.5", "SERIALNUMBER"),
    ];

    /// <summary>The attributes: object identifier, text, and the value's encoding.</summary>
    public static IReadOnlyList<(string Oid, string? Text, ReadOnlyMemory<byte> Encoded)> Parse(ReadOnlyMemory<byte> name)
    {
        var attributes = new List<(string, string?, ReadOnlyMemory<byte>)>();
        var rdns = new AsnReader(name, AsnEncodingRules.DER).ReadSequence();
        while (rdns.HasData)
        {
            var set = rdns.ReadSetOf(skipSortOrderValidation: true);
            while (set.HasData)
            {
                var attribute = set.ReadSequence();
                var oid = attribute.ReadObjectIdentifier();
                var encoded = attribute.PeekEncodedValue();
                attributes.Add((oid, ReadText(attribute), encoded));
            }
        }

        return attributes;
    }

    public static string Format(ReadOnlyMemory<byte> name)
    {
        var attributes = Parse(name);
        var parts = new List<string>();
        foreach (var attribute in attributes.Where(attribute => !Known.Any(known => known.Oid == attribute.Oid)))
        {
            parts.Add($"{attribute.Oid}=#{Convert.ToHexStringLower(attribute.Encoded.Span)}");
        }

        foreach (var (oid, known) in Known)
        {
            var values = attributes.Where(attribute => attribute.Oid == oid).Select(attribute => $"{known}={Escape(attribute.Text ?? "")}");
            // The common name and the serial number are single fields in Go: the last one wins.
            var text = known is "CN" or "SERIALNUMBER" ? values.LastOrDefault("") : string.Join('+', values);
            if (text.Length > 0)
            {
                parts.Add(text);
            }
        }

        parts.Reverse();
        return string.Join(',', parts);
    }

    private static string? ReadText(AsnReader reader)
    {
        var tag = reader.PeekTag();
        if (tag.TagClass == TagClass.Universal)
        {
            switch ((UniversalTagNumber)tag.TagValue)
            {
                case UniversalTagNumber.UTF8String:
                case UniversalTagNumber.PrintableString:
                case UniversalTagNumber.IA5String:
                case UniversalTagNumber.T61String:
                case UniversalTagNumber.BMPString:
                case UniversalTagNumber.NumericString:
                    return reader.ReadCharacterString((UniversalTagNumber)tag.TagValue);
                default:
                    break;
            }
        }

        reader.ReadEncodedValue();
        return null;
    }

    private static string Escape(string value)
    {
        var text = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            var escape = c is ',' or '+' or '"' or '\\' or '<' or '>' or ';'
                || (c == ' ' && (i == 0 || i == value.Length - 1))
                || (c == '#' && i == 0);
            text.Append(escape ? "\\" : "").Append(c);
        }

        return text.ToString();
    }
}
