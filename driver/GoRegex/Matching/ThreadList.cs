using CsiSecrets.GoRegex.Compilation;

namespace CsiSecrets.GoRegex.Matching;

/// <summary>The threads of one step: instructions that consume or match, in order of preference, with captures.</summary>
internal sealed class ThreadList
{
    private readonly SparseSet visited;
    private readonly int[] threads;
    private readonly int[] places;
    private readonly int[] captures;
    private readonly int slotCount;

    public ThreadList(RegexProgram program, int slotCount)
    {
        this.slotCount = slotCount;
        visited = new SparseSet(program.Insts.Length);
        places = new int[program.Insts.Length];
        int leaves = program.Insts.Count(i => i.Op is InstOp.Match or InstOp.Rune or InstOp.Set);
        threads = new int[leaves];
        captures = new int[leaves * slotCount];
    }

    public int Count { get; private set; }

    /// <summary>Instructions looked at to find the threads: what the step costs.</summary>
    public int Visited => visited.Count;

    public ReadOnlySpan<int> Threads => threads.AsSpan(0, Count);

    public Span<int> Captures(int pc) => captures.AsSpan(places[pc] * slotCount, slotCount);

    public bool Visit(int pc) => visited.Add(pc);

    public void Add(int pc, ReadOnlySpan<int> slots)
    {
        places[pc] = Count;
        threads[Count++] = pc;
        slots.CopyTo(Captures(pc));
    }

    public void Clear()
    {
        visited.Clear();
        Count = 0;
    }
}
