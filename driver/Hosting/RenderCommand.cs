using System.Runtime.InteropServices;
using CsiSecrets.Cli;
using CsiSecrets.Templates;

namespace CsiSecrets.Hosting;

/// <summary><c>csi-secrets render MANIFEST... --values FILE</c>: what templates make of values, for their author. Exit code 1 where a render failed.</summary>
internal static class RenderCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        string values = "";
        string name = "";
        bool watch = false;
        bool expensive = false;
        FlagReader flags = new FlagReader()
            .Text("values", "a YAML or JSON file of names and values (required)", v => values = v)
            .Text("name", "render only the object of this name", v => name = v)
            .Switch("watch", "render again whenever one of the files is saved; Ctrl-C ends", v => watch = v)
            .Switch("allow-expensive", "allow functions such as bcrypt and genCA", v => expensive = v);
        if (FlagReader.AsksForHelp(arguments))
        {
            Console.Out.WriteLine("csi-secrets render MANIFEST... --values FILE [flags]\n" + flags.Help());
            return 0;
        }

        List<string> errors = [.. flags.Read(arguments)];
        if (flags.Words.Count == 0)
        {
            errors.Add("a manifest is needed: csi-secrets render MANIFEST... --values FILE");
        }

        if (values.Length == 0)
        {
            errors.Add("--values FILE is needed: names and values in YAML or JSON");
        }

        if (errors.Count > 0)
        {
            return Usage.Refuse("render", errors);
        }

        var request = new RenderRequest { Manifests = flags.Words, Values = values, Name = name, AllowExpensive = expensive };
        var run = new RenderRun(request, TemplateEnvironment.System, Console.Out, Console.Error);
        return watch ? await WatchAsync(run, request) : run.Run(CancellationToken.None) ? 0 : 1;
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
