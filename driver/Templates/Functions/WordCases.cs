using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>snakecase, kebabcase, camelcase: the rules of xstrings 1.5 for words, numbers and connectors.</summary>
internal static class WordCases
{
    private enum Kind
    {
        Invalid,
        Number,
        Upper,
        Alphabet,
        Connector,
        Punctuation,
        Other,
    }

    /// <summary>Words in lower case, joined by the connector.</summary>
    public static GoString Separate(GoString text, char connector)
    {
        ByteBuilder output = new(null, text.Length + 16);
        int at = 0;
        Word word = Next(text, ref at);
        while (at < text.Length)
        {
            if (word.Kind != Kind.Connector)
            {
                Write(output, word, connector);
            }

            Word last = word;
            word = Next(text, ref at);
            switch (last.Kind)
            {
                case Kind.Number:
                    word = WriteRun(output, text, ref at, word, connector);
                    Connect(output, word, connector, true);
                    break;
                case Kind.Connector:
                    Write(output, last, connector);
                    break;
                case Kind.Punctuation:
                    break;
                default:
                    word = AfterLetters(output, text, ref at, word, connector);
                    break;
            }
        }

        Write(output, word, connector);
        return output.ToGoString();
    }

    /// <summary>Words joined, each with its first letter in upper case.</summary>
    public static GoString Pascal(GoString text)
    {
        ReadOnlySpan<int> runes = Utf8.Runes(text.Span);
        ByteBuilder output = new(null, text.Length + 8);
        int at = 0;
        while (at < runes.Length && IsConnector(runes[at]))
        {
            output.AppendRune(runes[at++]);
        }

        if (at == runes.Length)
        {
            if (at > 0)
            {
                // The last connector stands twice, as in the original.
                output.AppendRune(runes[at - 1]);
            }

            return output.ToGoString();
        }

        bool wasUpper = GoUnicode.IsUpper(runes[at]);
        int current = GoUnicode.ToUpper(runes[at++]);
        for (; at < runes.Length; at++)
        {
            int previous = current;
            current = runes[at];
            if (IsConnector(current) && IsConnector(previous))
            {
                output.AppendRune(previous);
                continue;
            }

            if (IsConnector(previous))
            {
                wasUpper = GoUnicode.IsUpper(current);
                current = GoUnicode.ToUpper(current);
                continue;
            }

            if (wasUpper)
            {
                wasUpper = GoUnicode.IsUpper(current);
                current = wasUpper ? GoUnicode.ToLower(current) : current;
            }

            output.AppendRune(previous);
        }

        output.AppendRune(current);
        return output.ToGoString();
    }

    private static Word AfterLetters(ByteBuilder output, GoString text, ref int at, Word word, char connector)
    {
        if (word.Kind != Kind.Number)
        {
            if (word.Kind is not (Kind.Connector or Kind.Punctuation))
            {
                output.Append(connector);
            }

            return word;
        }

        if (at >= text.Length)
        {
            return word;
        }

        Word number = word;
        word = Next(text, ref at);
        if (word.Kind != Kind.Alphabet)
        {
            // The number belongs to the word before it.
            Write(output, number, connector);
            if (word.Kind is not (Kind.Connector or Kind.Punctuation))
            {
                output.Append(connector);
            }

            return word;
        }

        output.Append(connector);
        Write(output, number, connector);
        word = WriteRun(output, text, ref at, word, connector);
        Connect(output, word, connector, true);
        return word;
    }

    private static Word WriteRun(ByteBuilder output, GoString text, ref int at, Word word, char connector)
    {
        while (word.Kind is Kind.Alphabet or Kind.Number)
        {
            Write(output, word, connector);
            word = Next(text, ref at);
        }

        return word;
    }

    private static void Connect(ByteBuilder output, Word word, char connector, bool notAtEnd)
    {
        if (word.Kind is not (Kind.Connector or Kind.Punctuation) && (!notAtEnd || word.Kind != Kind.Invalid))
        {
            output.Append(connector);
        }
    }

    private static void Write(ByteBuilder output, Word word, char connector)
    {
        if (word.Kind is not (Kind.Upper or Kind.Connector))
        {
            output.Append(word.Text);
            return;
        }

        foreach (int rune in Utf8.Runes(word.Text.Span))
        {
            output.AppendRune(IsConnector(rune) ? connector : GoUnicode.IsUpper(rune) ? GoUnicode.ToLower(rune) : rune);
        }
    }

    /// <summary>The next run of runes of one kind; HTTPStatus is HTTP and Status.</summary>
    private static Word Next(GoString text, ref int at)
    {
        if (at >= text.Length)
        {
            return new Word(Kind.Invalid, GoString.Empty);
        }

        int start = at;
        int rune = Utf8.Decode(text.Span[at..], out int width);
        at += width;
        Kind kind = KindOf(rune);
        switch (kind)
        {
            case Kind.Upper:
                TakeUpper(text, ref at);
                break;
            case Kind.Invalid:
                break;
            default:
                Take(text, ref at, r => KindOf(r) == kind);
                break;
        }

        return new Word(kind, text.Slice(start, at));
    }

    private static void TakeUpper(GoString text, ref int at)
    {
        int rune = Utf8.Decode(text.Span[at..], out int width);
        if (at >= text.Length || !IsLetter(rune))
        {
            return;
        }

        if (!GoUnicode.IsUpper(rune))
        {
            Take(text, ref at, static r => IsLetter(r) && !GoUnicode.IsUpper(r));
            return;
        }

        int last = width;
        while (at < text.Length && GoUnicode.IsUpper(rune = Utf8.Decode(text.Span[at..], out width)))
        {
            last = width;
            at += width;
        }

        if (at < text.Length && IsLetter(rune))
        {
            at -= last;
        }
    }

    private static void Take(GoString text, ref int at, Func<int, bool> belongs)
    {
        while (at < text.Length && belongs(Utf8.Decode(text.Span[at..], out int width)))
        {
            at += width;
        }
    }

    private static Kind KindOf(int rune) =>
        rune == Utf8.RuneError ? Kind.Invalid
        : IsConnector(rune) ? Kind.Connector
        : GoUnicode.IsPunctuation(rune) ? Kind.Punctuation
        : GoUnicode.IsUpper(rune) ? Kind.Upper
        : IsLetter(rune) ? Kind.Alphabet
        : GoUnicode.IsNumber(rune) ? Kind.Number
        : Kind.Other;

    /// <summary>A letter that is no Chinese character.</summary>
    private static bool IsLetter(int rune) => GoUnicode.IsLetter(rune)
        && rune is not ((>= 0x4E00 and <= 0x9FCC) or (>= 0x3400 and <= 0x4D85) or (>= 0x20000 and <= 0x2B81D));

    private static bool IsConnector(int rune) => rune is '-' or '_' || GoUnicode.IsSpace(rune);

    private readonly record struct Word(Kind Kind, GoString Text);
}
