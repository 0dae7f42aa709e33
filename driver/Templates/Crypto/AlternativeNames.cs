using System.Formats.Asn1;
using System.Text;

namespace CsiSecrets.Templates.Crypto;

/// <summary>A certificate's subject alternative names of the four kinds that Go reads, each kind in the certificate's order.</summary>
internal sealed class AlternativeNames
{
    private const int EmailTag = 1;
    private const int DnsTag = 2;
    private const int UriTag = 6;
    private const int IpTag = 7;

    private readonly List<string>[] byKind = [[], [], [], []];

    public static AlternativeNames None { get; } = new();

    /// <summary>DNS names, addresses, e-mail addresses, URIs.</summary>
    public IReadOnlyList<string> InGoOrder => [.. byKind.SelectMany(names => names)];

    public static AlternativeNames Parse(AsnReader extension)
    {
        var names = new AlternativeNames();
        var reader = extension.ReadSequence();
        while (reader.HasData)
        {
            var tag = reader.PeekTag();
            if (tag.TagClass != TagClass.ContextSpecific)
            {
                reader.ReadEncodedValue();
                continue;
            }

            var value = reader.ReadEncodedValue();
            AsnDecoder.ReadEncodedValue(value.Span, AsnEncodingRules.DER, out var offset, out var length, out _);
            names.Add(tag.TagValue, value.Slice(offset, length).Span);
        }

        return names;
    }

    private void Add(int tag, ReadOnlySpan<byte> value)
    {
        switch (tag)
        {
            case EmailTag:
                byKind[2].Add(Ia5(value, "rfc822Name"));
                break;
            case DnsTag:
                byKind[0].Add(Ia5(value, "dNSName"));
                break;
            case UriTag:
                byKind[3].Add(UriText.Normalise(Ia5(value, "uniformResourceIdentifier")));
                break;
            case IpTag when value.Length is 4 or 16:
                byKind[1].Add(IpText.Format(value));
                break;
            case IpTag:
                throw new TemplateFunctionException($"x509: cannot parse IP address of length {value.Length}");
            default:
                break;
        }
    }

    private static string Ia5(ReadOnlySpan<byte> value, string kind) => Ascii.IsValid(value)
        ? Encoding.ASCII.GetString(value)
        : throw new TemplateFunctionException($"x509: SAN {kind} is malformed");
}
