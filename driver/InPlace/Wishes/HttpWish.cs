using System.Buffers;
using System.Globalization;

namespace CsiSecrets.InPlace.Wishes;

/// <summary>A call that a pod asks for: <c>POST :8080/-/reload</c>. There is no way to name another host than the pod itself.</summary>
internal sealed record HttpWish(string Method, int Port, string Path)
{
    public const string Annotation = "secrets-store.csi.k8s.io/reload-http";

    private const int Longest = 512;
    private const string Remedy = """write a method, a port and a path, e.g. "POST :8080/-/reload" """;
    private static readonly string[] Methods = ["POST", "PUT", "GET"];

    /// <summary>What RFC 3986 allows in a path and a query as it is; a fragment never travels.</summary>
    private static readonly SearchValues<char> PathCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/?%");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Method} :{Port}{Path}");

    /// <summary>Reads the annotation's value. One of the two is null.</summary>
    public static (HttpWish? Wish, string? Problem) Parse(string text)
    {
        if (text.Length > Longest)
        {
            return Wrong($"it has more than {Longest} characters");
        }

        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 2)
        {
            return Wrong($"\"{text}\" has {words.Length} words, not two");
        }

        if (!Methods.Contains(words[0], StringComparer.Ordinal))
        {
            return Wrong($"method \"{words[0]}\" is none of {string.Join(", ", Methods)}");
        }

        int slash = words[1].IndexOf('/', StringComparison.Ordinal);
        if (words[1][0] != ':' || slash < 0)
        {
            return Wrong($"\"{words[1]}\" does not begin with a colon, a port and a path; a host cannot be named");
        }

        string port = words[1][1..slash];
        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) || number == 0)
        {
            return Wrong($"port \"{port}\" is no number from 1 to 65535");
        }

        string path = words[1][slash..];
        return path.AsSpan().ContainsAnyExcept(PathCharacters)
            ? Wrong($"path \"{path}\" has characters that no path may have; write them as %XX")
            : (new HttpWish(words[0], number, path), null);
    }

    private static (HttpWish? Wish, string? Problem) Wrong(string cause) => (null, $"annotation {Annotation}: {cause}: {Remedy.TrimEnd()}");
}
