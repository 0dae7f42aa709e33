using System.Globalization;
using CsiSecrets.Model;

namespace CsiSecrets.Hosting;

/// <summary>
/// Command-line flags as Go programs take them, which is what existing manifests hold: <c>--name=value</c>, <c>--name value</c>,
/// <c>-name=value</c>, and a switch without a value for true. Every error is reported at once.
/// </summary>
internal sealed class FlagReader
{
    private readonly Dictionary<string, Flag> flags = new(StringComparer.Ordinal);
    private readonly List<string> errors = [];

    /// <summary>The words that are no flags, in order.</summary>
    public List<string> Words { get; } = [];

    /// <summary>Flags that were given but have no effect here, with the reason.</summary>
    public List<string> Ignored { get; } = [];

    public FlagReader Text(string name, string help, Action<string> set) => Add(name, help, false, text =>
    {
        set(text);
        return null;
    });

    /// <summary>One of some words.</summary>
    public FlagReader Choice(string name, string help, IReadOnlyList<string> words, Action<string> set) => Add(name, help, false, text =>
    {
        if (!words.Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            return $"none of {string.Join(", ", words)}";
        }

        set(text.ToLowerInvariant());
        return null;
    });

    public FlagReader Switch(string name, string help, Action<bool> set) => Add(name, help, true, text =>
    {
        bool? value = text is "1" or "t" or "T" or "true" or "TRUE" or "True" ? true
            : text is "0" or "f" or "F" or "false" or "FALSE" or "False" ? false : null;
        set(value ?? false);
        return value is null ? "not true or false" : null;
    });

    /// <param name="name">Its name.</param>
    /// <param name="help">One line.</param>
    /// <param name="set">Takes what was read.</param>
    /// <param name="least">Shorter ones are an error.</param>
    public FlagReader Duration(string name, string help, Action<TimeSpan> set, TimeSpan least = default) => Add(name, help, false, text =>
    {
        bool ok = GoDuration.TryParse(text, out TimeSpan value) && value >= TimeSpan.Zero;
        set(value);
        return !ok ? "not a duration like 30s or 2m" : value < least ? $"at least {least.TotalSeconds:0}s" : null;
    });

    public FlagReader Number(string name, string help, Action<int> set, int least = int.MinValue, int most = int.MaxValue) => Add(name, help, false, text =>
    {
        bool ok = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value);
        set(value);
        return !ok ? "not a whole number" : value < least || value > most ? $"not from {least} to {most}" : null;
    });

    /// <summary>Bytes, with the suffixes that Kubernetes quantities have: Ki, Mi, Gi, k, M, G.</summary>
    public FlagReader Size(string name, string help, Action<long> set, long least = 0) => Add(name, help, false, text =>
    {
        long? value = SizeOf(text);
        set(value ?? 0);
        return value is null ? "not a size like 16Mi" : value < least ? $"at least {least} bytes" : null;
    });

    /// <summary>A flag of a peer that means nothing here: accepted, so that its manifests start.</summary>
    public FlagReader Ignore(string name, string why, bool isSwitch = false) => Add(name, why, isSwitch, _ =>
    {
        Ignored.Add($"--{name} has no effect: {why}");
        return null;
    }, works: false);

    /// <summary>Reads the arguments. Returns every error; none when the list is empty.</summary>
    public IReadOnlyList<string> Read(IReadOnlyList<string> arguments)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (argument.Length < 2 || argument[0] != '-')
            {
                Words.Add(argument);
                continue;
            }

            string[] parts = argument.TrimStart('-').Split('=', 2);
            if (!flags.TryGetValue(parts[0], out Flag? flag))
            {
                errors.Add($"unknown flag --{parts[0]}");
                continue;
            }

            string? value = parts.Length == 2 ? parts[1] : flag.IsSwitch ? "true" : ++i < arguments.Count ? arguments[i] : null;
            string? problem = value is null ? "needs a value" : flag.Set(value);
            if (problem is not null)
            {
                errors.Add($"--{parts[0]}: {problem}");
            }
        }

        return errors;
    }

    /// <summary>Whether help is asked for, as Go programs are asked.</summary>
    public static bool AsksForHelp(IReadOnlyList<string> arguments) => arguments.Any(static a => a is "--help" or "-help" or "-h");

    /// <summary>Every flag with what it does; those of the peers that do nothing come last, with the reason.</summary>
    public string Help()
    {
        IEnumerable<string> working = Lines(flags.Where(static f => f.Value.Works));
        string[] idle = [.. Lines(flags.Where(static f => !f.Value.Works))];
        return string.Join('\n', idle.Length == 0 ? working : [.. working, "", "accepted, without effect:", .. idle]);
    }

    private static IEnumerable<string> Lines(IEnumerable<KeyValuePair<string, Flag>> some) => some.Select(static f => $"  --{f.Key,-42} {f.Value.Help}");

    private static long? SizeOf(string text)
    {
        (string Suffix, long Factor)[] suffixes = [("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30), ("k", 1000), ("M", 1000_000), ("G", 1000_000_000)];
        (string suffix, long factor) = suffixes.FirstOrDefault(s => text.EndsWith(s.Suffix, StringComparison.Ordinal), ("", 1));
        string digits = text[..^suffix.Length];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number <= long.MaxValue / factor
            ? number * factor
            : null;
    }

    private FlagReader Add(string name, string help, bool isSwitch, Func<string, string?> set, bool works = true)
    {
        flags.Add(name, new Flag(help, isSwitch, works, set));
        return this;
    }

    private sealed record Flag(string Help, bool IsSwitch, bool Works, Func<string, string?> Set);
}
