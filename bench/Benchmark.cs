namespace CsiSecrets.Bench;

/// <summary>One part of the program, which <c>--only</c> names.</summary>
/// <param name="Name">Lower case, without spaces.</param>
/// <param name="About">One line for <c>--list</c>.</param>
/// <param name="Run">Measures; each figure is printed as it comes.</param>
internal sealed record Benchmark(string Name, string About, Func<CancellationToken, IAsyncEnumerable<Figure>> Run)
{
    /// <summary>A benchmark that only computes.</summary>
    public static Benchmark Pure(string name, string about, Func<IEnumerable<Figure>> run) => new(name, about, _ => run().ToAsyncEnumerable());
}
