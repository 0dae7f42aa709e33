using System.Runtime.InteropServices;
using CsiSecrets.Cli;
using CsiSecrets.Templates;

namespace CsiSecrets.Hosting;

/// <summary><c>csi-secrets render MANIFEST... --values FILE</c>: what templates make of values, for their author. Exit code 1 where a render failed.</summary>
internal static class RenderCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (FlagReader.AsksForHelp(arguments))
        {
            Console.Out.WriteLine("csi-secrets render MANIFEST... --values FILE [flags]\n" + RenderOptions.FlagsFor(new RenderOptions()).Help());
            return 0;
        }

        (RenderOptions options, IReadOnlyList<string> errors) = RenderOptions.Read(arguments);
        if (errors.Count > 0)
        {
            return Usage.Refuse("render", errors);
        }

        var run = new RenderRun(options.Request, TemplateEnvironment.System, Console.Out, Console.Error);
        return options.Watch ? await WatchAsync(run, options.Request) : run.Run(CancellationToken.None) ? 0 : 1;
    }

    private static async Task<int> WatchAsync(RenderRun run, RenderRequest request)
    {
        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        TimeProvider clock = TimeProvider.System;
        var changes = new FileChanges([.. request.Files], clock);
        try
        {
            while (true)
            {
                run.Run(stop.Token);
                await Console.Error.WriteLineAsync($"rendered at {clock.GetLocalNow():HH:mm:ss}; waiting for a file to be saved, Ctrl-C ends");
                await changes.NextAsync(stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }
}
