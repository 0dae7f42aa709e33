using CsiSecrets.Posix;

namespace CsiSecrets.Tests.Posix;

public sealed class SyscallFilterTests
{
    private const ulong ThreadFlags = 0x3d0f00;

    public static TheoryData<bool> Architectures => [false, true];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Build_DeniedList_IsRefusedAndNothingElse(bool arm)
    {
        SyscallTable table = Table(arm);
        BpfInstruction[] program = SyscallFilter.Build(table, signals: false);
        HashSet<uint> denied = [.. table.Denied.Values];

        for (uint number = 0; number <= SyscallTable.NewestKnown; number++)
        {
            uint expected = denied.Contains(number) || number == table.Mount || number == table.Clone ? SyscallFilter.Refuse
                : number == SyscallTable.Clone3 ? SyscallFilter.Unknown
                : SyscallFilter.Allow;
            Assert.Equal(expected, BpfMachine.Run(program, table.AuditArchitecture, number));
        }
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Build_NumbersOfTheTable_AreAsTheKernelHasThem(bool arm)
    {
        // Written down a second time, from the kernel's headers.
        Dictionary<string, uint> known = arm
            ? new() { ["ptrace"] = 117, ["bpf"] = 280, ["unshare"] = 97, ["setns"] = 268, ["execve"] = 221, ["open_by_handle_at"] = 265, ["mknodat"] = 33, ["keyctl"] = 219 }
            : new() { ["ptrace"] = 101, ["bpf"] = 321, ["unshare"] = 272, ["setns"] = 308, ["execve"] = 59, ["open_by_handle_at"] = 304, ["mknodat"] = 259, ["keyctl"] = 250 };

        Assert.All(known, pair => Assert.Equal(pair.Value, Table(arm).Denied[pair.Key]));
        Assert.Equal(Table(arm).Denied.Count, Table(arm).Denied.Values.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Build_WithSignals_LeavesTheTwoCallsAndNoMore(bool arm)
    {
        SyscallTable table = Table(arm);
        BpfInstruction[] without = SyscallFilter.Build(table, signals: false);
        BpfInstruction[] with = SyscallFilter.Build(table, signals: true);

        uint[] more = [.. Enumerable.Range(0, (int)SyscallTable.NewestKnown + 1).Select(n => (uint)n)
            .Where(n => BpfMachine.Run(without, table.AuditArchitecture, n) != BpfMachine.Run(with, table.AuditArchitecture, n))];

        Assert.Equal([424u, 434u], more);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Build_OtherArchitecture_EndsTheProcess(bool arm)
    {
        BpfInstruction[] program = SyscallFilter.Build(Table(arm), signals: false);

        Assert.Equal(SyscallFilter.KillProcess, BpfMachine.Run(program, Table(!arm).AuditArchitecture, 0));
        Assert.Equal(SyscallFilter.KillProcess, BpfMachine.Run(program, 0x40000003, 0));
    }

    [Fact]
    public void Build_X32_IsRefused() =>
        Assert.Equal(SyscallFilter.Refuse, BpfMachine.Run(SyscallFilter.Build(SyscallTable.X64, signals: false), SyscallTable.X64.AuditArchitecture, SyscallFilter.X32Bit | 1));

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Build_UnknownNumber_DoesNotExist(bool arm) =>
        Assert.Equal(SyscallFilter.Unknown, BpfMachine.Run(SyscallFilter.Build(Table(arm), signals: false), Table(arm).AuditArchitecture, SyscallTable.NewestKnown + 1));

    [Theory]
    [InlineData(ThreadFlags, true)]
    [InlineData(0x1200011UL, false)]
    [InlineData(ThreadFlags | 0x10000000, false)]
    [InlineData(ThreadFlags | 0x20000, false)]
    public void Build_Clone_MakesThreadsOnly(ulong flags, bool allowed)
    {
        SyscallTable table = SyscallTable.X64;

        uint verdict = BpfMachine.Run(SyscallFilter.Build(table, signals: false), table.AuditArchitecture, table.Clone, flags);

        Assert.Equal(allowed ? SyscallFilter.Allow : SyscallFilter.Refuse, verdict);
    }

    [Theory]
    [InlineData(14UL, true)]
    [InlineData(14UL | 32, true)]
    [InlineData(6UL, false)]
    [InlineData(0UL, false)]
    [InlineData(14UL | 4096, false)]
    [InlineData(14UL | 8192, false)]
    [InlineData(14UL | (1 << 20), false)]
    public void Build_Mount_NeedsItsThreeFlagsAndNothingOdd(ulong flags, bool allowed)
    {
        SyscallTable table = SyscallTable.Arm64;

        uint verdict = BpfMachine.Run(SyscallFilter.Build(table, signals: false), table.AuditArchitecture, table.Mount, 0, 0, 0, flags);

        Assert.Equal(allowed ? SyscallFilter.Allow : SyscallFilter.Refuse, verdict);
    }

    private static SyscallTable Table(bool arm) => arm ? SyscallTable.Arm64 : SyscallTable.X64;
}
