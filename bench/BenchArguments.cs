namespace CsiSecrets.Bench;

/// <summary>The command line.</summary>
internal sealed record BenchArguments
{
    public const string Usage = """
        usage: dotnet run -c Release --project bench -- [--only NAME]... [--json FILE] [--set NAME=VALUE]... [--count N] [--list]
          --only NAME   this part alone; may be repeated
          --json FILE   the figures as one flat object, too
          --set N=V     an environment variable of the driver, over the DaemonSet's, e.g. DOTNET_GCHeapHardLimit=3000000
          --count N     ExternalSecrets of the part externalsecrets (10000)
          --list        names of the parts
        """;

    public IReadOnlyList<Benchmark> Chosen { get; private init; } = Catalogue.All;

    public string? JsonFile { get; private init; }

    public IReadOnlyDictionary<string, string> Settings { get; private init; } = new Dictionary<string, string>();

    /// <summary>How many ExternalSecrets.</summary>
    public int Count { get; private init; } = 10_000;

    public bool List { get; private init; }

    /// <summary>Null, and every error, when the words make no sense.</summary>
    public static (BenchArguments? Arguments, IReadOnlyList<string> Errors) Read(string[] words)
    {
        var errors = new List<string>();
        var only = new List<Benchmark>();
        var settings = new Dictionary<string, string>();
        string? json = null;
        bool list = false;
        int count = 10_000;
        for (int i = 0; i < words.Length; i++)
        {
            string? value = i + 1 < words.Length ? words[i + 1] : null;
            switch (words[i])
            {
                case "--list":
                    list = true;
                    continue;
                case "--only" when value is not null:
                    only.AddRange(Catalogue.All.Where(b => b.Name == value));
                    if (only.All(b => b.Name != value))
                    {
                        errors.Add($"no benchmark {value}: there are {string.Join(", ", Catalogue.All.Select(b => b.Name))}");
                    }

                    break;
                case "--set" when value?.Split('=', 2) is [string name, string text]:
                    settings[name] = text;
                    break;
                case "--count" when int.TryParse(value, out count) && count is >= 100 and <= 100_000:
                    break;
                case "--json" when value is not null:
                    json = value;
                    break;
                default:
                    errors.Add(words[i] is "--only" or "--json" or "--set" or "--count" ? $"{words[i]} needs a value" : $"unknown word {words[i]}");
                    continue;
            }

            i++;
        }

        return errors.Count > 0
            ? (null, errors)
            : (new BenchArguments { Chosen = only.Count > 0 ? only : Catalogue.All, Settings = settings, JsonFile = json, Count = count, List = list }, errors);
    }
}
