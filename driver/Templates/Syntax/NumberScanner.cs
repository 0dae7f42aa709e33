using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Syntax;

/// <summary>Finds the end of a number in the text. It accepts more than numbers; <see cref="NumberLiteral"/> notices.</summary>
internal sealed class NumberScanner(GoString input)
{
    private int position;

    /// <summary>Scans from <paramref name="from"/>; false where the text cannot be a number up to <paramref name="end"/>.</summary>
    public bool Scan(int from, out bool complex, out int end)
    {
        position = from;
        complex = false;
        bool good = ScanOne();
        if (good && position < input.Length && input.Span[position] is (byte)'+' or (byte)'-')
        {
            complex = true;
            good = ScanOne() && input.Span[position - 1] == 'i';
        }

        end = position;
        return good;
    }

    private bool ScanOne()
    {
        Accept("+-"u8);
        ReadOnlySpan<byte> digits = "0123456789_"u8;
        char radix = 'd';
        if (Accept("0"u8))
        {
            if (Accept("xX"u8))
            {
                digits = "0123456789abcdefABCDEF_"u8;
                radix = 'x';
            }
            else if (Accept("oO"u8))
            {
                digits = "01234567_"u8;
                radix = 'o';
            }
            else if (Accept("bB"u8))
            {
                digits = "01_"u8;
                radix = 'b';
            }
        }

        AcceptRun(digits);
        if (Accept("."u8))
        {
            AcceptRun(digits);
        }

        if ((radix == 'd' && Accept("eE"u8)) || (radix == 'x' && Accept("pP"u8)))
        {
            Accept("+-"u8);
            AcceptRun("0123456789_"u8);
        }

        Accept("i"u8);
        if (position < input.Length)
        {
            int rune = Utf8.Decode(input.Span[position..], out int width);
            if (GoUnicode.IsLetterOrDigit(rune))
            {
                position += width;
                return false;
            }
        }

        return true;
    }

    private bool Accept(ReadOnlySpan<byte> valid)
    {
        if (position < input.Length && valid.Contains(input.Span[position]))
        {
            position++;
            return true;
        }

        return false;
    }

    private void AcceptRun(ReadOnlySpan<byte> valid)
    {
        while (Accept(valid))
        {
        }
    }
}
