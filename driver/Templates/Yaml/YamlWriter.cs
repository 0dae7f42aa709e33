using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Yaml;

/// <summary>libyaml's way of writing: columns, indents and the five scalar styles, folded at 80 columns.</summary>
internal sealed class YamlWriter(ByteBuilder output)
{
    private const int Width = 80;
    private int column;
    private bool whitespace = true;
    private bool indention = true;

    public int Indent { get; set; } = -1;

    /// <summary>Whether only indentation stands on the line so far.</summary>
    public bool AtIndention => indention;

    public void WriteIndicator(string text, bool needsSpace, bool isSpace, bool isIndention)
    {
        if (needsSpace && !whitespace)
        {
            Put(' ');
        }

        foreach (char c in text)
        {
            Put(c);
        }

        whitespace = isSpace;
        indention = indention && isIndention;
    }

    public void WriteIndent()
    {
        int indent = Math.Max(Indent, 0);
        if (!indention || column > indent || (column == indent && !whitespace))
        {
            Break();
        }

        while (column < indent)
        {
            Put(' ');
        }

        whitespace = true;
        indention = true;
    }

    public void WritePlain(ReadOnlySpan<byte> text, bool mayFold)
    {
        if (!whitespace && !text.IsEmpty)
        {
            Put(' ');
        }

        Folded(text, mayFold, false);
        whitespace = false;
        indention = false;
    }

    public void WriteSingle(ReadOnlySpan<byte> text, bool mayFold)
    {
        WriteIndicator("'", true, false, false);
        Folded(text, mayFold, true);
        WriteIndicator("'", false, false, false);
        whitespace = false;
        indention = false;
    }

    public void WriteDouble(ReadOnlySpan<byte> text, bool mayFold)
    {
        WriteIndicator("\"", true, false, false);
        bool spaces = false;
        for (int i = 0; i < text.Length;)
        {
            int rune = Utf8.Decode(text[i..], out int width);
            if (!ScalarTraits.IsPrintable(rune) || ScalarTraits.IsBreak(rune) || rune is '"' or '\\')
            {
                Escape(rune);
                spaces = false;
            }
            else if (rune == ' ' && mayFold && !spaces && column > Width && i > 0 && i < text.Length - 1)
            {
                WriteIndent();
                if (text[i + 1] == ' ')
                {
                    Put('\\');
                }

                spaces = true;
            }
            else
            {
                output.Append(text.Slice(i, width));
                column++;
                spaces = rune == ' ';
            }

            i += width;
        }

        WriteIndicator("\"", false, false, false);
        whitespace = false;
        indention = false;
    }

    public void WriteLiteral(ReadOnlySpan<byte> text)
    {
        WriteIndicator("|", true, false, false);
        Hints(text);
        Break();
        indention = true;
        whitespace = true;
        bool breaks = true;
        for (int i = 0; i < text.Length;)
        {
            int rune = Utf8.Decode(text[i..], out int width);
            if (ScalarTraits.IsBreak(rune))
            {
                WriteBreak(rune);
                indention = true;
                breaks = true;
            }
            else
            {
                if (breaks)
                {
                    WriteIndent();
                }

                output.Append(text.Slice(i, width));
                column++;
                indention = false;
                breaks = false;
            }

            i += width;
        }
    }

    private void Folded(ReadOnlySpan<byte> text, bool mayFold, bool quoted)
    {
        bool spaces = false;
        bool breaks = false;
        for (int i = 0; i < text.Length;)
        {
            int rune = Utf8.Decode(text[i..], out int width);
            bool inside = !quoted || (i > 0 && i < text.Length - 1);
            if (rune == ' ')
            {
                bool fold = mayFold && !spaces && column > Width && inside && (i + 1 >= text.Length || text[i + 1] != ' ');
                if (fold)
                {
                    WriteIndent();
                }
                else
                {
                    Put(' ');
                }

                spaces = true;
            }
            else if (ScalarTraits.IsBreak(rune))
            {
                if (!breaks && rune == '\n')
                {
                    Break();
                }

                WriteBreak(rune);
                indention = true;
                breaks = true;
            }
            else
            {
                if (breaks)
                {
                    WriteIndent();
                }

                if (quoted && rune == '\'')
                {
                    Put('\'');
                }

                output.Append(text.Slice(i, width));
                column++;
                indention = false;
                spaces = false;
                breaks = false;
            }

            i += width;
        }
    }

    private void Hints(ReadOnlySpan<byte> text)
    {
        if (text[0] == ' ' || ScalarTraits.IsBreak(Utf8.Decode(text, out _)))
        {
            WriteIndicator("2", false, false, false);
        }

        int last = Utf8.DecodeLast(text, out int width);
        if (!ScalarTraits.IsBreak(last))
        {
            WriteIndicator("-", false, false, false);
        }
        else if (width == text.Length || ScalarTraits.IsBreak(Utf8.DecodeLast(text[..^width], out _)))
        {
            WriteIndicator("+", false, false, false);
        }
    }

    private void Escape(int rune)
    {
        string escaped = rune switch
        {
            0 => "0",
            7 => "a",
            8 => "b",
            9 => "t",
            10 => "n",
            11 => "v",
            12 => "f",
            13 => "r",
            0x1B => "e",
            '"' => "\"",
            '\\' => "\\",
            0x85 => "N",
            0xA0 => "_",
            0x2028 => "L",
            0x2029 => "P",
            <= 0xFF => $"x{rune:X2}",
            <= 0xFFFF => $"u{rune:X4}",
            _ => $"U{rune:X8}",
        };
        Put('\\');
        foreach (char c in escaped)
        {
            Put(c);
        }
    }

    private void WriteBreak(int rune)
    {
        if (rune == '\n')
        {
            Break();
            return;
        }

        output.AppendRune(rune);
        column = 0;
    }

    private void Put(char c)
    {
        output.Append(c);
        column++;
    }

    private void Break()
    {
        output.Append('\n');
        column = 0;
    }
}
