using System.Numerics;
using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Numbers;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Syntax;

/// <summary>
/// A number of the text, held as every type that can represent it: Go's ideal constants. The parameter it meets chooses; without
/// a parameter the spelling does (<see cref="Ideal"/>).
/// </summary>
internal sealed class NumberLiteral
{
    private NumberLiteral(string text) => Text = text;

    public string Text { get; }

    public long? Integer { get; private set; }

    public ulong? Unsigned { get; private set; }

    public double? Float { get; private set; }

    public Complex? Complex { get; private set; }

    /// <summary>The value where no type is asked for; null where no int holds it.</summary>
    public object? Ideal { get; private set; }

    /// <summary>Reads the literal; throws <see cref="FormatException"/> with Go's message.</summary>
    public static NumberLiteral Parse(GoString source, TokenKind kind)
    {
        NumberLiteral literal = new(source.ToString());
        switch (kind)
        {
            case TokenKind.CharConstant:
                literal.ReadRune(source);
                break;
            case TokenKind.Complex:
                literal.ReadComplex();
                break;
            default:
                literal.ReadNumber();
                break;
        }

        literal.Ideal = literal.FindIdeal(kind);
        return literal;
    }

    private void ReadRune(GoString source)
    {
        ReadOnlySpan<byte> body = source.Span[1..];
        int rune = GoQuote.UnquoteRune(body, (byte)'\'', out _, out int used);
        if (!body[used..].SequenceEqual("'"u8))
        {
            throw new FormatException("malformed character constant: " + Text);
        }

        Integer = rune;
        Unsigned = (ulong)rune;
        Float = rune;
    }

    private void ReadComplex()
    {
        if (!GoNumber.TryParseComplex(Text, out Complex value))
        {
            throw new FormatException("syntax error scanning complex number");
        }

        Complex = value;
        Simplify(value);
    }

    private void ReadNumber()
    {
        if (Text.EndsWith('i') && GoNumber.ParseFloat(Text.AsSpan(0, Text.Length - 1), out double imaginary) == GoNumber.Outcome.Good)
        {
            Complex = new Complex(0, imaginary);
            Simplify(Complex.Value);
            return;
        }

        if (GoNumber.ParseUint(Text, 0, out ulong unsigned) == GoNumber.Outcome.Good)
        {
            Unsigned = unsigned;
        }

        if (GoNumber.ParseInt(Text, 0, out long integer) == GoNumber.Outcome.Good)
        {
            Integer = integer;
            Unsigned = integer == 0 ? 0 : Unsigned;
        }

        Float = Integer ?? (double?)Unsigned;
        if (Float is not null)
        {
            return;
        }

        if (GoNumber.ParseFloat(Text, out double value) != GoNumber.Outcome.Good)
        {
            throw new FormatException("illegal number syntax: " + GoQuote.Quote(GoString.From(Text)));
        }

        if (Text.AsSpan().IndexOfAny(".eEpP") < 0)
        {
            throw new FormatException("integer overflow: " + GoQuote.Quote(GoString.From(Text)));
        }

        SetFloat(value);
    }

    private void Simplify(Complex value)
    {
        if (value.Imaginary == 0)
        {
            SetFloat(value.Real);
        }
    }

    private void SetFloat(double value)
    {
        Float = value;
        if (Math.Truncate(value) == value && value is >= long.MinValue and < 9223372036854775808.0)
        {
            Integer = (long)value;
        }

        if (Math.Truncate(value) == value && value is >= 0 and < 18446744073709551616.0)
        {
            Unsigned = (ulong)value;
        }
    }

    private object? FindIdeal(TokenKind kind)
    {
        if (Complex is { } complex)
        {
            return complex;
        }

        bool hexInteger = Text.Length > 2 && Text[0] == '0' && Text[1] is 'x' or 'X' && Text.AsSpan().IndexOfAny("pP") < 0;
        if (Float is { } value && !hexInteger && kind != TokenKind.CharConstant && Text.AsSpan().IndexOfAny(".eEpP") >= 0)
        {
            return value;
        }

        return Integer is { } integer ? (nint)integer : null;
    }
}
