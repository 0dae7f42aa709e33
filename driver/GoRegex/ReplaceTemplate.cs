using System.Text;

namespace CsiSecrets.GoRegex;

/// <summary>A replacement in pieces, read once by the rules of Go's <c>Regexp.Expand</c>.</summary>
internal sealed class ReplaceTemplate
{
    private ReplaceTemplate(List<ReplacePart> parts)
    {
        Parts = parts;
    }

    public IReadOnlyList<ReplacePart> Parts { get; }

    /// <summary>Whether no part asks for a group.</summary>
    public bool IsLiteral => Parts.All(p => p.Literal is not null);

    public static ReplaceTemplate OfLiteral(ReadOnlySpan<byte> text) => new([new ReplacePart(text.ToArray(), -1, "")]);

    public static ReplaceTemplate Parse(ReadOnlySpan<byte> template)
    {
        var parts = new List<ReplacePart>();
        while (template.IndexOf((byte)'$') is var dollar and >= 0)
        {
            AddLiteral(parts, template[..dollar]);
            template = template[(dollar + 1)..];
            if (template.StartsWith("$"u8))
            {
                AddLiteral(parts, "$"u8);
                template = template[1..];
            }
            else if (ReadReference(ref template) is { } reference)
            {
                parts.Add(reference);
            }
            else
            {
                AddLiteral(parts, "$"u8);
            }
        }

        AddLiteral(parts, template);
        return new ReplaceTemplate(parts);
    }

    private static void AddLiteral(List<ReplacePart> parts, ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty)
        {
            parts.Add(new ReplacePart(text.ToArray(), -1, ""));
        }
    }

    /// <summary>The reference that follows a dollar sign; null, and the template untouched, where none does.</summary>
    private static ReplacePart? ReadReference(ref ReadOnlySpan<byte> template)
    {
        bool brace = template.StartsWith("{"u8);
        var rest = brace ? template[1..] : template;
        int length = 0;
        while (length < rest.Length)
        {
            var (rune, width) = Utf8Rune.First(rest[length..]);
            if (rune != '_' && !Rune.IsLetter(new Rune(rune)) && Rune.GetUnicodeCategory(new Rune(rune)) != System.Globalization.UnicodeCategory.DecimalDigitNumber)
            {
                break;
            }

            length += width;
        }

        if (length == 0 || (brace && (length >= rest.Length || rest[length] != '}')))
        {
            return null;
        }

        var name = rest[..length];
        template = rest[(brace ? length + 1 : length)..];
        return new ReplacePart(null, Number(name), Encoding.UTF8.GetString(name));
    }

    /// <summary>The group number that the name spells, or -1: leading zeros make it a name.</summary>
    private static int Number(ReadOnlySpan<byte> name)
    {
        int number = 0;
        foreach (byte b in name)
        {
            if (b is < (byte)'0' or > (byte)'9' || number >= 100_000_000)
            {
                return -1;
            }

            number = (number * 10) + b - '0';
        }

        return name[0] == '0' && name.Length > 1 ? -1 : number;
    }
}
