using System.Runtime.InteropServices;

namespace CsiSecrets.Posix;

/// <summary>
/// One process, held by a pidfd: a signal sent through it reaches that very process or none, also when its number has been given to another
/// meanwhile. What is read under the number after <see cref="Open"/> is this process's, as long as a signal still finds it.
/// </summary>
internal sealed class PidHandle : IDisposable
{
    private readonly int fd;

    private PidHandle(int fd) => this.fd = fd;

    /// <summary>Null when there is no such process.</summary>
    /// <exception cref="PosixException">The kernel cannot do it (before 5.3), or the filter forbids it.</exception>
    public static PidHandle? Open(int pid)
    {
        long fd = Libc.Syscall(SyscallTable.PidFdOpen, (nuint)pid, 0, 0, 0);
        return fd >= 0 ? new PidHandle((int)fd) : IsGone() ? null : throw PosixException.Last("pidfd_open", "a process");
    }

    /// <summary>False when the process has ended.</summary>
    /// <exception cref="PosixException">It may not be sent.</exception>
    public bool Send(int signal) => Libc.Syscall(SyscallTable.PidFdSendSignal, (nuint)fd, (nuint)signal, 0, 0) >= 0
        || (IsGone() ? false : throw PosixException.Last("pidfd_send_signal", "a process"));

    public void Dispose() => _ = Libc.Close(fd);

    private static bool IsGone() => Marshal.GetLastPInvokeError() == Errno.ESRCH;
}
