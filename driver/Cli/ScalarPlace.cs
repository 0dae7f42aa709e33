using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace CsiSecrets.Cli;

/// <summary>Where a text of a YAML file stands, so that a line and column in the text can be told as those in the file.</summary>
internal sealed class ScalarPlace(Scalar scalar, string[] lines)
{
    public string Text => scalar.Value;

    /// <param name="line">In the text, from 1.</param>
    /// <param name="offset">Bytes before the place in its line; below 0 where unknown.</param>
    /// <returns>Line and column in the file, from 1; the column is 0 where it is not certain.</returns>
    public (long Line, long Column) Locate(int line, int offset)
    {
        int before = offset < 0 ? -1 : CharactersIn(line, offset);
        if (scalar.Style == ScalarStyle.Literal)
        {
            long there = scalar.Start.Line + line;
            return (there, before < 0 ? 0 : Indentation() + before + 1);
        }

        bool oneLine = scalar.Start.Line == scalar.End.Line && line == 1;
        int quote = scalar.Style == ScalarStyle.Plain ? 0 : 1;
        bool asWritten = scalar.End.Column - scalar.Start.Column == scalar.Value.Length + (2 * quote);
        return (scalar.Start.Line, oneLine && asWritten && before >= 0 ? scalar.Start.Column + quote + before : 0);
    }

    private int CharactersIn(int line, int offset)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(scalar.Value.Split('\n').ElementAtOrDefault(line - 1) ?? "");
        return Encoding.UTF8.GetCharCount(bytes, 0, Math.Min(offset, bytes.Length));
    }

    /// <summary>A block's indentation is that of its first line that is not blank.</summary>
    private int Indentation()
    {
        string first = lines.Skip((int)scalar.Start.Line).FirstOrDefault(l => l.Trim().Length > 0) ?? "";
        return first.Length - first.TrimStart(' ').Length - LeadingSpaces();
    }

    /// <summary>Of the text itself, which a block with an indentation indicator may have.</summary>
    private int LeadingSpaces()
    {
        string first = scalar.Value.Split('\n').FirstOrDefault(l => l.Trim().Length > 0) ?? "";
        return first.Length - first.TrimStart(' ').Length;
    }
}
