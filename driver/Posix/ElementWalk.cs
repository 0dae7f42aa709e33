using System.Runtime.InteropServices;

namespace CsiSecrets.Posix;

/// <summary>openat2's RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS for kernels that lack it: each element is opened alone, without following.</summary>
internal static class ElementWalk
{
    /// <summary>The new descriptor, or -1 with the last P/Invoke error set.</summary>
    public static int Open(int folder, string relative, int flags, uint mode)
    {
        string[] elements = relative.Split('/');
        if (relative.Contains('\0') || elements.Any(element => element is "" or ".."))
        {
            Marshal.SetLastPInvokeError(Errno.EXDEV);
            return -1;
        }

        int current = folder;
        for (int i = 0; i < elements.Length; i++)
        {
            bool last = i == elements.Length - 1;
            int next = Libc.OpenAt(
                current,
                elements[i],
                last ? flags | OpenFlags.NoFollow : OpenFlags.PathOnly | OpenFlags.Directory | OpenFlags.NoFollow | OpenFlags.CloseOnExec,
                last ? mode : 0);
            int errno = Marshal.GetLastPInvokeError();
            if (current != folder)
            {
                _ = Libc.Close(current);
            }

            if (next < 0)
            {
                Marshal.SetLastPInvokeError(errno);
                return -1;
            }

            current = next;
        }

        return current;
    }
}
