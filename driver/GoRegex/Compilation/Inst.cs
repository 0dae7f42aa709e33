namespace CsiSecrets.GoRegex.Compilation;

/// <summary>One instruction; what Arg means depends on the operation.</summary>
internal struct Inst(InstOp op, int arg)
{
    public InstOp Op = op;
    public int Out;
    public int Arg = arg;
}
