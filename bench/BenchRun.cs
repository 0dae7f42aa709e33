using CsiSecrets.Bench.Rig;

namespace CsiSecrets.Bench;

/// <summary>Runs the chosen benchmarks one after another. One that fails is said to, and the next one runs.</summary>
internal static class BenchRun
{
    /// <returns>The exit code: 0 when every part ran, whether or not it met its targets.</returns>
    public static async Task<int> RunAsync(BenchArguments arguments, TextWriter output, CancellationToken cancellationToken)
    {
        var figures = new List<Figure>();
        var table = new FigureTable(output);
        int failed = 0;
        await using var curtain = new Curtain(arguments);
        foreach (Benchmark benchmark in arguments.Chosen)
        {
            table.Begin(benchmark.Name);
            try
            {
                await foreach (Figure figure in benchmark.Run(benchmark.NeedsStage ? await curtain.StageAsync(cancellationToken) : null, cancellationToken).WithCancellation(cancellationToken))
                {
                    figures.Add(figure);
                    table.Add(figure);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return 130;
            }
            catch (Exception e)
            {
                failed++;
                table.Problem(e.Message);
            }
        }

        if (arguments.JsonFile is { } file)
        {
            await File.WriteAllTextAsync(file, FigureJson.Of(figures), cancellationToken);
        }

        return failed == 0 ? 0 : 1;
    }

    /// <summary>Sets the stage when it is first needed, and clears it at the end.</summary>
    private sealed class Curtain(BenchArguments arguments) : IAsyncDisposable
    {
        private Stage? stage;

        public async Task<Stage> StageAsync(CancellationToken cancellationToken) => stage ??= await Stage.SetAsync(arguments, cancellationToken);

        public ValueTask DisposeAsync() => stage?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
