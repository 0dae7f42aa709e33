using System.Buffers;
using CsiSecrets.GoRegex.Compilation;

namespace CsiSecrets.GoRegex.Matching;

/// <summary>What every match of a program starts with, to jump over text where none can start.</summary>
internal sealed class StartScan
{
    private const int BytesPerStep = 16;

    private readonly byte[] prefix;
    private readonly SearchValues<byte>? firstBytes;

    public StartScan(RegexProgram program)
    {
        (prefix, IsWholeMatch) = Prefix(program);
        firstBytes = prefix.Length == 0 ? FirstBytes(program) : null;
        IsAnchored = StartsWithBeginText(program);
    }

    /// <summary>Whether the scan finds anything at all that a plain walk would not.</summary>
    public bool CanSkip => prefix.Length > 0 || firstBytes is not null;

    /// <summary>Whether the prefix is the whole pattern, so that its place is the match (but for captures).</summary>
    public bool IsWholeMatch { get; }

    public int PrefixLength => prefix.Length;

    /// <summary>Whether a match can only start where the text does.</summary>
    public bool IsAnchored { get; }

    /// <summary>The first place from <paramref name="from"/> on where a match may start, or -1.</summary>
    public int Next(ReadOnlySpan<byte> text, int from, SearchWork work)
    {
        if (!CanSkip)
        {
            return from;
        }

        int found = prefix.Length > 0 ? text[from..].IndexOf(prefix) : text[from..].IndexOfAny(firstBytes!);
        work.Spend((found < 0 ? text.Length - from : found) / BytesPerStep);
        return found < 0 ? -1 : from + found;
    }

    private static (byte[] Prefix, bool Whole) Prefix(RegexProgram program)
    {
        var bytes = new List<byte>();
        Span<byte> buffer = stackalloc byte[4];
        int pc = program.Start;
        while (true)
        {
            var inst = program.Insts[pc];

            // U+FFFD also stands for any bad byte, and surrogates have no encoding.
            if (inst.Op == InstOp.Rune && inst.Arg != Utf8Rune.Error && System.Text.Rune.IsValid(inst.Arg))
            {
                bytes.AddRange(buffer[..new System.Text.Rune(inst.Arg).EncodeToUtf8(buffer)]);
            }
            else if (inst.Op is not (InstOp.Nop or InstOp.Capture))
            {
                return ([.. bytes], inst.Op == InstOp.Match && bytes.Count > 0);
            }

            pc = inst.Out;
        }
    }

    private static bool StartsWithBeginText(RegexProgram program)
    {
        int pc = program.Start;
        while (program.Insts[pc].Op is InstOp.Nop or InstOp.Capture)
        {
            pc = program.Insts[pc].Out;
        }

        var inst = program.Insts[pc];
        return inst.Op == InstOp.Assert && (Assertions)inst.Arg == Assertions.BeginText;
    }

    /// <summary>The bytes that a match can start with; null where it may be empty or the bytes are too many to be of use.</summary>
    private static SearchValues<byte>? FirstBytes(RegexProgram program)
    {
        bool[] starts = new bool[256];
        var seen = new SparseSet(program.Insts.Length);
        seen.Add(program.Start);
        for (int i = 0; i < seen.Count; i++)
        {
            var inst = program.Insts[seen.Members[i]];
            switch (inst.Op)
            {
                case InstOp.Match:
                    return null;
                case InstOp.Fail:
                    break;
                case InstOp.Rune:
                    Mark(starts, inst.Arg, inst.Arg);
                    break;
                case InstOp.Set:
                    int[] pairs = program.Sets[inst.Arg].Pairs;
                    for (int p = 0; p < pairs.Length; p += 2)
                    {
                        Mark(starts, pairs[p], pairs[p + 1]);
                    }

                    break;
                default:
                    seen.Add(inst.Out);
                    if (inst.Op == InstOp.Alt)
                    {
                        seen.Add(inst.Arg);
                    }

                    break;
            }
        }

        byte[] bytes = [.. Enumerable.Range(0, 256).Where(b => starts[b]).Select(b => (byte)b)];
        return bytes.Length <= 100 ? SearchValues.Create(bytes) : null;
    }

    private static void Mark(bool[] starts, int first, int last)
    {
        for (int c = first; c <= last && c < 0x80; c++)
        {
            starts[c] = true;
        }

        if (first <= Utf8Rune.Error && last >= Utf8Rune.Error)
        {
            Array.Fill(starts, true, 0x80, 0x80);
        }
        else if (last >= 0x80)
        {
            for (int lead = LeadByte(Math.Max(first, 0x80)); lead <= LeadByte(last); lead++)
            {
                starts[lead] = true;
            }
        }
    }

    private static int LeadByte(int rune) => rune switch
    {
        < 0x800 => 0xC0 | rune >> 6,
        < 0x10000 => 0xE0 | rune >> 12,
        _ => 0xF0 | rune >> 18,
    };
}
