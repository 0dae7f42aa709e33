using CsiSecrets.Bench;
using CsiSecrets.Bench.Rig;

(BenchArguments? arguments, IReadOnlyList<string> errors) = BenchArguments.Read(args);
if (arguments is null)
{
    Console.Error.WriteLine(string.Join('\n', errors));
    Console.Error.WriteLine(BenchArguments.Usage);
    return 2;
}

if (arguments.List)
{
    Console.WriteLine(string.Join('\n', Catalogue.All.Select(b => $"{b.Name,-12} {b.About}")));
    return 0;
}

if (arguments.Chosen.Any(b => b.NeedsStage) && !Sandbox.IsInside)
{
    return await Sandbox.EnterAsync(args);
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, interrupt) =>
{
    interrupt.Cancel = true;
    stop.Cancel();
};
return await BenchRun.RunAsync(arguments, Console.Out, stop.Token);
