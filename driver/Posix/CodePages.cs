namespace CsiSecrets.Posix;

/// <summary>The process's mapped code. What the start needed, and what lies around it, stays mapped for good unless somebody lets go of it.</summary>
internal static class CodePages
{
    private const int DontNeed = 4;

    /// <summary>
    /// Unmaps all code of the program and its libraries. It stays in the page cache, shared and clean, and each page that is run again comes back
    /// by a minor fault. Only code: it is never written, while read-only data may hold relocations. Returns the bytes that were mapped at most.
    /// </summary>
    public static long Release()
    {
        long released = 0;
        foreach ((nint start, nint length) in Parse(File.ReadLines("/proc/self/maps")))
        {
            if (Libc.MAdvise(start, (nuint)length, DontNeed) == 0)
            {
                released += length;
            }
        }

        return released;
    }

    /// <summary>Address and length of each private, executable, unwritable mapping of a file.</summary>
    public static IEnumerable<(nint Start, nint Length)> Parse(IEnumerable<string> maps)
    {
        foreach (string line in maps)
        {
            // 55d0c0a2a000-55d0c1390000 r-xp 0002a000 fe:00 123456   /usr/bin/program
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length >= 6 && fields[1] == "r-xp" && fields[5].StartsWith('/') && fields[^1] != "(deleted)"
                && fields[0].Split('-') is [string from, string to]
                && nint.TryParse(from, System.Globalization.NumberStyles.HexNumber, null, out nint start)
                && nint.TryParse(to, System.Globalization.NumberStyles.HexNumber, null, out nint end))
            {
                yield return (start, end - start);
            }
        }
    }
}
