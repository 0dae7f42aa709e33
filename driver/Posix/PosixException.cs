using System.Runtime.InteropServices;

namespace CsiSecrets.Posix;

/// <summary>A failed system call: the call, the path (never content) and the kernel's reason. Callers turn it into a SecretsException.</summary>
internal sealed class PosixException(string call, string path, int errno)
    : IOException($"{call} {path}: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})")
{
    public string Call { get; } = call;

    public string Path { get; } = path;

    public int Errno { get; } = errno;

    /// <summary>The failure of the P/Invoke call just made on this thread.</summary>
    public static PosixException Last(string call, string path) => new(call, path, Marshal.GetLastPInvokeError());
}
