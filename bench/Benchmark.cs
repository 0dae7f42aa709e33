using CsiSecrets.Bench.Rig;

namespace CsiSecrets.Bench;

/// <summary>One part of the program, which <c>--only</c> names.</summary>
/// <param name="Name">Lower case, without spaces.</param>
/// <param name="About">One line for <c>--list</c>.</param>
/// <param name="NeedsStage">Whether it needs an API server, AWS and the published binary, and so to be root.</param>
/// <param name="Run">Measures; each figure is printed as it comes.</param>
internal sealed record Benchmark(string Name, string About, bool NeedsStage, Func<Stage?, CancellationToken, IAsyncEnumerable<Figure>> Run)
{
    /// <summary>A benchmark that only computes.</summary>
    public static Benchmark Pure(string name, string about, Func<IEnumerable<Figure>> run) =>
        new(name, about, false, (_, _) => run().ToAsyncEnumerable());

    /// <summary>A benchmark of the published binary.</summary>
    public static Benchmark OfNode(string name, string about, Func<Stage, CancellationToken, IAsyncEnumerable<Figure>> run) =>
        new(name, about, true, (stage, token) => run(stage!, token));
}
