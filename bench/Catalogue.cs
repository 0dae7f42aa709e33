namespace CsiSecrets.Bench;

/// <summary>All benchmarks, in the order of the table. A new one is a file and a line here.</summary>
internal static class Catalogue
{
    public static readonly IReadOnlyList<Benchmark> All =
    [
        Benchmark.Pure("goregex", "Go's regular expressions: 100 alternatives over three sizes of text", GoRegexBench.Run),
    ];
}
