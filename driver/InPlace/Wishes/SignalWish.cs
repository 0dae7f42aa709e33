using System.Buffers;

namespace CsiSecrets.InPlace.Wishes;

/// <summary>A signal that a pod asks for: <c>SIGHUP nginx</c>. The process is named as <c>ps</c> shows it, or by the base name of its program.</summary>
internal sealed record SignalWish(ReloadSignal Signal, string Process)
{
    public const string Annotation = "secrets-store.csi.k8s.io/reload-signal";

    private const int Longest = 64;
    private const string Remedy = """write a signal and the name of a process, e.g. "SIGHUP nginx" """;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._+@:");

    public override string ToString() => $"{Signal} {Process}";

    /// <summary>Reads the annotation's value. One of the two is null.</summary>
    public static (SignalWish? Wish, string? Problem) Parse(string text)
    {
        string[] words = text.Length > 2 * Longest ? [] : text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 2)
        {
            return Wrong(words.Length == 0 ? $"it is empty or longer than {2 * Longest} characters" : $"\"{text}\" has {words.Length} words, not two");
        }

        string[] names = Enum.GetNames<ReloadSignal>();
        string signal = names.FirstOrDefault(n => n == words[0] || n["SIG".Length..] == words[0], "");
        if (signal.Length == 0)
        {
            return Wrong($"signal \"{words[0]}\" is none of {string.Join(", ", names)}");
        }

        return words[1].Length > Longest || words[1].AsSpan().ContainsAnyExcept(NameCharacters)
            ? Wrong($"\"{words[1]}\" is no name of a process: at most {Longest} letters, digits and -._+@:")
            : (new SignalWish(Enum.Parse<ReloadSignal>(signal), words[1]), null);
    }

    private static (SignalWish? Wish, string? Problem) Wrong(string cause) => (null, $"annotation {Annotation}: {cause}: {Remedy.TrimEnd()}");
}
