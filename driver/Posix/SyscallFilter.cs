namespace CsiSecrets.Posix;

/// <summary>
/// The seccomp program: all that the process never needs is answered EPERM, the rest is allowed. Every jump goes to the next
/// instruction or past one return, so the program can be read from top to bottom.
/// </summary>
internal static class SyscallFilter
{
    public const uint Allow = 0x7fff0000;
    public const uint KillProcess = 0x80000000;
    public const uint Refuse = 0x00050000 | Errno.EPERM;
    public const uint Unknown = 0x00050000 | Errno.ENOSYS;

    /// <summary>Offsets in struct seccomp_data; of an argument, its low half.</summary>
    public const uint OffsetNumber = 0;
    public const uint OffsetArchitecture = 4;
    public const uint OffsetArgument0 = 16;
    public const uint OffsetArgument3 = 40;

    /// <summary>The bit that marks a call of the x32 ABI.</summary>
    public const uint X32Bit = 0x40000000;

    // CLONE_NEWTIME shares its bit with the exit signal in clone, and is not valid there.
    private const uint CloneNamespaces = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000;
    private const uint CloneThread = 0x00010000;

    // Bind, move, recursive and propagation changes: the process only makes, resizes and removes tmpfs mounts.
    private const uint MountOther = 0x1000 | 0x2000 | 0x4000 | 0x20000 | 0x40000 | 0x80000 | 0x100000;
    private const uint MountSafe = 2 | 4 | 8;

    /// <summary>
    /// 1 Another architecture's calls end the process; x32 is refused.
    /// 2 Numbers newer than the table, and clone3, whose flags no filter can see, do not exist (glibc falls back to clone).
    /// 3 The denied list; with <paramref name="signals"/> without the two calls by which a process gets a signal through a pidfd.
    /// 4 clone makes threads only, never processes or namespaces.
    /// 5 mount needs nosuid, nodev and noexec, and never binds, moves or changes propagation.
    /// </summary>
    public static BpfInstruction[] Build(SyscallTable table, bool signals)
    {
        List<BpfInstruction> program =
        [
            Load(OffsetArchitecture), // 1
            new(BpfInstruction.JumpIfEqual, 1, 0, table.AuditArchitecture),
            Return(KillProcess),
            Load(OffsetNumber),
        ];
        if (table.AuditArchitecture == SyscallTable.X64.AuditArchitecture)
        {
            program.AddRange([new(BpfInstruction.JumpIfAtLeast, 0, 1, X32Bit), Return(Refuse)]);
        }

        program.AddRange([new(BpfInstruction.JumpIfAtLeast, 0, 1, SyscallTable.NewestKnown + 1), Return(Unknown)]); // 2
        program.AddRange([new(BpfInstruction.JumpIfEqual, 0, 1, SyscallTable.Clone3), Return(Unknown)]);
        foreach (uint number in table.Denied.Values.Where(n => !signals || n is not (SyscallTable.PidFdOpen or SyscallTable.PidFdSendSignal)).Order()) // 3
        {
            program.AddRange([new(BpfInstruction.JumpIfEqual, 0, 1, number), Return(Refuse)]);
        }

        program.AddRange( // 4
        [
            new(BpfInstruction.JumpIfEqual, 0, 5, table.Clone),
            Load(OffsetArgument0),
            new(BpfInstruction.JumpIfSet, 1, 0, CloneNamespaces),
            new(BpfInstruction.JumpIfSet, 1, 0, CloneThread),
            Return(Refuse),
            Return(Allow),
        ]);
        program.AddRange( // 5
        [
            new(BpfInstruction.JumpIfEqual, 0, 6, table.Mount),
            Load(OffsetArgument3),
            new(BpfInstruction.JumpIfSet, 2, 0, MountOther),
            new(BpfInstruction.And, 0, 0, MountSafe),
            new(BpfInstruction.JumpIfEqual, 1, 0, MountSafe),
            Return(Refuse),
            Return(Allow),
        ]);
        program.Add(Return(Allow));
        return [.. program];
    }

    private static BpfInstruction Load(uint offset) => new(BpfInstruction.LoadWord, 0, 0, offset);

    private static BpfInstruction Return(uint verdict) => new(BpfInstruction.Return, 0, 0, verdict);
}
