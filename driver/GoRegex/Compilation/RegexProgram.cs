using CsiSecrets.GoRegex.Unicode;

namespace CsiSecrets.GoRegex.Compilation;

/// <summary>A compiled pattern: instructions that lead to Match, and what is known of them in advance.</summary>
internal sealed class RegexProgram
{
    public required Inst[] Insts { get; init; }

    public required RuneSet[] Sets { get; init; }

    /// <summary>Where an anchored run starts.</summary>
    public required int Start { get; init; }

    /// <summary>Where a run starts that may skip text first.</summary>
    public required int UnanchoredStart { get; init; }

    /// <summary>2 for each group, the whole match included.</summary>
    public required int SlotCount { get; init; }

    /// <summary>Instructions that consume.</summary>
    public required int ConsumerCount { get; init; }

    /// <summary>All assertions that occur.</summary>
    public required Assertions Asserts { get; init; }

    /// <summary>Whether the instruction, which consumes, takes that code point.</summary>
    public bool Accepts(in Inst inst, int rune) => inst.Op == InstOp.Rune ? inst.Arg == rune : Sets[inst.Arg].Contains(rune);
}
