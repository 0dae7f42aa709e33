using CsiSecrets.GoRegex.Compilation;

namespace CsiSecrets.GoRegex.Matching;

/// <summary>
/// A state of the automaton: where its threads stand just after a code point, before any assertion is asked, since that needs the next code point.
/// </summary>
/// <param name="Threads">Instructions; in order of preference, or sorted where preference does not count.</param>
/// <param name="Behind">The code point just consumed, as far as assertions care.</param>
/// <param name="Matched">Whether a match ended just before that code point.</param>
internal sealed record DfaState(int[] Threads, Neighbour Behind, bool Matched)
{
    public bool Equals(DfaState? other) =>
        other is not null && Behind == other.Behind && Matched == other.Matched && Threads.AsSpan().SequenceEqual(other.Threads);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Matched);
        hash.Add((int)Behind);
        hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(Threads.AsSpan()));
        return hash.ToHashCode();
    }
}
