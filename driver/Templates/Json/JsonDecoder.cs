using System.Globalization;
using System.Runtime.CompilerServices;
using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Numbers;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Json;

/// <summary>Go's json.Unmarshal into interface {}: objects become map[string]interface {}, arrays []interface {}, numbers float64.</summary>
internal sealed class JsonDecoder
{
    private const int DeepestNesting = 10_000;

    private readonly GoString source;
    private readonly RenderBudget? budget;
    private int at;
    private int depth;

    private JsonDecoder(GoString source, RenderBudget? budget)
    {
        this.source = source;
        this.budget = budget;
    }

    private ReadOnlySpan<byte> Rest => source.Span[at..];

    /// <summary>The value of a whole document. Throws <see cref="GoException"/> for text that is no JSON.</summary>
    public static object? Decode(GoString source, RenderBudget? budget)
    {
        JsonDecoder decoder = new(source, budget);
        decoder.SkipSpace();
        object? value = decoder.Value();
        decoder.SkipSpace();
        return decoder.Rest.IsEmpty ? value : throw decoder.Unexpected("after top-level value");
    }

    private object? Value()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        budget?.Step();
        if (Rest.IsEmpty)
        {
            throw GoException.Plain("unexpected end of JSON input");
        }

        switch ((char)Rest[0])
        {
            case '{':
                return Nested(Object);
            case '[':
                return Nested(Array);
            case '"':
                return String();
            case 't':
                return Word("true"u8, Boxed.True);
            case 'f':
                return Word("false"u8, Boxed.False);
            case 'n':
                return Word("null"u8, null);
            default:
                return Number();
        }
    }

    private object Nested(Func<object> read)
    {
        if (++depth > DeepestNesting)
        {
            throw GoException.Plain("exceeded max depth");
        }

        at++;
        object value = read();
        depth--;
        return value;
    }

    private GoMap Object()
    {
        GoMap map = GoMap.OfAny();
        SkipSpace();
        if (Take('}'))
        {
            return map;
        }

        while (true)
        {
            SkipSpace();
            if (Rest.IsEmpty || Rest[0] != '"')
            {
                throw Unexpected("looking for beginning of object key string");
            }

            GoString key = String();
            SkipSpace();
            if (!Take(':'))
            {
                throw Unexpected("after object key");
            }

            SkipSpace();
            budget?.Charge(64);
            map.Set(key, Value());
            SkipSpace();
            if (Take('}'))
            {
                return map;
            }

            if (!Take(','))
            {
                throw Unexpected("after object key:value pair");
            }
        }
    }

    private GoList Array()
    {
        List<object?> items = [];
        SkipSpace();
        while (!Take(']'))
        {
            if (items.Count > 0 && !Take(','))
            {
                throw Unexpected("after array element");
            }

            SkipSpace();
            budget?.Charge(32);
            items.Add(Value());
            SkipSpace();
        }

        return GoList.Of([.. items]);
    }

    private GoString String()
    {
        at++;
        int end = Rest.IndexOfAny((byte)'"', (byte)'\\');
        if (end >= 0 && Rest[end] == '"' && Utf8.IsValid(Rest[..end]) && Rest[..end].IndexOfAnyInRange((byte)0, (byte)31) < 0)
        {
            GoString plain = source.Slice(at, at + end);
            at += end + 1;
            return plain;
        }

        ByteBuilder output = new(budget);
        while (!Rest.IsEmpty && Rest[0] != '"')
        {
            if (Rest[0] < ' ')
            {
                throw Unexpected("in string literal");
            }

            if (Rest[0] == '\\')
            {
                Escape(output);
                continue;
            }

            output.AppendRune(Utf8.Decode(Rest, out int width));
            at += width;
        }

        return Take('"') ? output.ToGoString() : throw GoException.Plain("unexpected end of JSON input");
    }

    private void Escape(ByteBuilder output)
    {
        at++;
        if (Rest.IsEmpty)
        {
            throw GoException.Plain("unexpected end of JSON input");
        }

        char escape = (char)Rest[0];
        if (escape == 'u')
        {
            int rune = Hex4(0) ?? throw Unexpected("in \\u hexadecimal character escape");
            at += 5;
            if (char.IsSurrogate((char)rune))
            {
                int low = Rest.StartsWith("\\u"u8) ? Hex4(1) ?? 0 : 0;
                if (char.IsSurrogatePair((char)rune, (char)low))
                {
                    rune = char.ConvertToUtf32((char)rune, (char)low);
                    at += 6;
                }
                else
                {
                    rune = Utf8.RuneError;
                }
            }

            output.AppendRune(rune);
            return;
        }

        int index = "\"\\/bfnrt".IndexOf(escape, StringComparison.Ordinal);
        if (index < 0)
        {
            throw Unexpected("in string escape code");
        }

        output.Append("\"\\/\b\f\n\r\t"[index]);
        at++;
    }

    private int? Hex4(int skip)
    {
        ReadOnlySpan<byte> digits = Rest.Length >= skip + 5 ? Rest.Slice(skip + 1, 4) : default;
        return ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort value) ? value : null;
    }

    private double Number()
    {
        int start = at;
        Take('-');
        bool good = Take('0') || Digits();
        if (good && Take('.'))
        {
            good = Digits();
        }

        if (good && (Take('e') || Take('E')))
        {
            _ = Take('+') || Take('-');
            good = Digits();
        }

        if (!good)
        {
            throw Unexpected(at == start ? "looking for beginning of value" : "in numeric literal");
        }

        string text = source.Slice(start, at).ToString();
        return GoNumber.ParseFloat(text, out double value) == GoNumber.Outcome.Good
            ? value
            : throw new GoException($"json: cannot unmarshal number {text} into Go value of type float64", "a number is out of range");
    }

    private bool Digits()
    {
        int start = at;
        while (!Rest.IsEmpty && char.IsAsciiDigit((char)Rest[0]))
        {
            at++;
        }

        return at > start;
    }

    private object? Word(ReadOnlySpan<byte> word, object? value)
    {
        if (!Rest.StartsWith(word))
        {
            throw Unexpected("in literal");
        }

        at += word.Length;
        return value;
    }

    private bool Take(char expected)
    {
        if (!Rest.IsEmpty && Rest[0] == expected)
        {
            at++;
            return true;
        }

        return false;
    }

    private void SkipSpace()
    {
        while (!Rest.IsEmpty && (char)Rest[0] is ' ' or '\t' or '\r' or '\n')
        {
            at++;
        }
    }

    private GoException Unexpected(string where) => Rest.IsEmpty
        ? GoException.Plain("unexpected end of JSON input")
        : new GoException($"invalid character '{(char)Rest[0]}' {where}", "invalid JSON: a character is out of place " + where);
}
