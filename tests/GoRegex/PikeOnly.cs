using CsiSecrets.GoRegex.Compilation;
using CsiSecrets.GoRegex.Matching;
using CsiSecrets.GoRegex.Syntax;

namespace CsiSecrets.Tests.GoRegex;

/// <summary>The plainest of the machines alone, to hold the others against.</summary>
internal sealed class PikeOnly
{
    private readonly RegexProgram program;

    public PikeOnly(ReadOnlySpan<byte> pattern)
    {
        program = ProgramCompiler.Compile(PatternParser.Parse(pattern), backwards: false);
    }

    public bool Find(ReadOnlySpan<byte> text, int[] slots)
    {
        Array.Fill(slots, -1);
        return new PikeMachine(program, slots.Length).Find(text, 0, text.Length, new StartScan(program), slots, CancellationToken.None);
    }
}
