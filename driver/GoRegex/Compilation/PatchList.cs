namespace CsiSecrets.GoRegex.Compilation;

/// <summary>
/// Exits without a target yet, as a list threaded through the very fields to fill: 2 x instruction for Out, plus 1 for Arg; 0 ends it.
/// </summary>
internal readonly record struct PatchList(int Head, int Tail)
{
    public static PatchList OfOut(int inst) => new(2 * inst, 2 * inst);

    public static PatchList OfArg(int inst) => new((2 * inst) + 1, (2 * inst) + 1);

    public PatchList Join(List<Inst> insts, PatchList other)
    {
        if (Head == 0)
        {
            return other;
        }

        if (other.Head == 0)
        {
            return this;
        }

        Fill(insts, Tail, other.Head);
        return new PatchList(Head, other.Tail);
    }

    public void Patch(List<Inst> insts, int target)
    {
        int head = Head;
        while (head != 0)
        {
            var inst = insts[head >> 1];
            int next = (head & 1) == 0 ? inst.Out : inst.Arg;
            Fill(insts, head, target);
            head = next;
        }
    }

    private static void Fill(List<Inst> insts, int field, int target)
    {
        var inst = insts[field >> 1];
        if ((field & 1) == 0)
        {
            inst.Out = target;
        }
        else
        {
            inst.Arg = target;
        }

        insts[field >> 1] = inst;
    }
}
