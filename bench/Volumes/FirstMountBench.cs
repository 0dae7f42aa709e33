using System.Diagnostics;
using System.Runtime.CompilerServices;
using CsiSecrets.Bench.Rig;

namespace CsiSecrets.Bench.Volumes;

/// <summary>First mounts of objects that the node does not know, AWS at 20 ms, each held against the bare calls that it contains, made just before
/// it. AWS's wait differs by some milliseconds from call to call: a second row of each kind is without it.</summary>
internal static class FirstMountBench
{
    private const int Times = 60;
    private const int Strangers = 30;
    private const double OwnMilliseconds = 3;

    public static async IAsyncEnumerable<Figure> Run(Stage stage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using DriverProcess driver = await stage.DriverAsync(null, cancellationToken);
        using var kubelet = new Kubelet(driver.Socket);
        foreach (FirstMount kind in await KindsAsync(stage, kubelet, cancellationToken))
        {
            stage.Aws.Delay(TimeSpan.FromMilliseconds(20));
            await foreach (Figure figure in MeasureAsync(kind, stage, driver, kubelet, cancellationToken))
            {
                yield return figure;
            }

            stage.Aws.Delay(TimeSpan.Zero);
        }
    }

    private static async Task<FirstMount[]> KindsAsync(Stage stage, Kubelet kubelet, CancellationToken cancellationToken)
    {
        BenchPod[] pods = [.. stage.Town.Residents.Take(Times)];
        string[] one = [.. Enumerable.Range(0, Times).Select(i => stage.Town.Secrets($"unknown-one-{i}", 1, 40))];
        string[] four = [.. Enumerable.Range(0, Times).Select(i => stage.Town.Secrets($"unknown-four-{i}", 4, 40))];
        string[] cold = [.. Enumerable.Range(0, Strangers).Select(i => stage.Town.Secrets($"unknown-cold-{i}", 1, 40))];
        for (int i = 0; i < Times; i++)
        {
            await stage.Town.ClassAsync($"new-{i}", 1, 40, null, cancellationToken);
        }

        BenchPod[] strangers = await stage.Town.StrangersAsync(Strangers, cancellationToken);
        FirstMount known = new()
        {
            Key = "one",
            Text = "one unknown object",
            FloorName = "signed AWS call",
            Pods = pods,
            Publish = i => kubelet.PublishAsync(pods[i], "four", one[i], cancellationToken),
            Bare = (aws, _) => aws.ReadAsync(cancellationToken),
        };
        return
        [
            known,
            known with { Key = "four", Text = "four unknown objects, one batch", Publish = i => kubelet.PublishAsync(pods[i], "four", four[i], cancellationToken) },
            known with
            {
                Key = "new_class",
                Text = "one unknown object, class unread",
                FloorName = "GET of a class + signed AWS call",
                Publish = i => kubelet.PublishAsync(pods[i], $"new-{i}", cancellationToken),
                Bare = async (aws, i) =>
                {
                    await stage.Plane.ReadAsync(Town.ClassPath($"new-{i}"), cancellationToken);
                    await aws.ReadAsync(cancellationToken);
                },
            },
            known with
            {
                Key = "cold",
                Text = "one unknown object, no credentials",
                FloorName = "GET of a ServiceAccount + STS call + signed AWS call",
                Pods = strangers,
                Publish = i => kubelet.PublishAsync(strangers[i], "four", cold[i], cancellationToken),
                Bare = async (aws, i) =>
                {
                    await stage.Plane.ReadAsync(Town.AccountPath(strangers[i].Account), cancellationToken);
                    await aws.AssumeAsync(strangers[i], stage.Aws.RoleOf(strangers[i].Account), cancellationToken);
                    await aws.ReadAsync(cancellationToken);
                },
            },
        ];
    }

    private static async IAsyncEnumerable<Figure> MeasureAsync(
        FirstMount kind, Stage stage, DriverProcess driver, Kubelet kubelet, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var aws = new BareAws(stage.Aws);
        BenchPod warm = stage.Town.Residents[^1];
        Kubelet.PrepareTarget(warm);
        for (int i = 0; i < 30; i++)
        {
            await aws.ReadAsync(cancellationToken);
            await kubelet.PublishAsync(warm, "four", cancellationToken); // class and, of most pods, the credentials are known from here on
            await kubelet.UnpublishAsync(warm, cancellationToken);
        }

        (Samples bare, Samples bareOwn, Samples mounts, Samples own, Samples cpu) = (new(), new(), new(), new(), new());
        for (int i = 0; i < kind.Pods.Count; i++)
        {
            int now = i;
            Kubelet.PrepareTarget(kind.Pods[i]);
            await TimeAsync(stage, bare, bareOwn, () => kind.Bare(aws, now));
            TimeSpan before = driver.Cpu;
            await TimeAsync(stage, mounts, own, () => kind.Publish(now));
            cpu.Add((driver.Cpu - before).TotalMilliseconds);
        }

        foreach (BenchPod pod in kind.Pods)
        {
            await kubelet.UnpublishAsync(pod, cancellationToken);
        }

        yield return Of(kind, "p50_ms", "p50", mounts.P50, bare.P50);
        yield return Of(kind, "own_p50_ms", "AWS's wait left out", own.P50, bareOwn.P50);
        yield return new Figure { Key = $"first.{kind.Key}.cpu_ms", Text = "  CPU of the driver meanwhile, p50", Value = cpu.P50, Unit = "ms" };
    }

    /// <summary>How long it took, and how long without what AWS held its answers back for.</summary>
    private static async Task TimeAsync(Stage stage, Samples all, Samples own, Func<Task> operation)
    {
        TimeSpan before = stage.Aws.Server.Faults.HeldBack;
        long started = Stopwatch.GetTimestamp();
        await operation();
        TimeSpan taken = Stopwatch.GetElapsedTime(started);
        all.Add(taken.TotalMilliseconds);
        own.Add((taken - (stage.Aws.Server.Faults.HeldBack - before)).TotalMilliseconds);
    }

    private static Figure Of(FirstMount kind, string key, string text, double value, double floor) => new()
    {
        Key = $"first.{kind.Key}.{key}",
        Text = $"{kind.Text}, {text}",
        Value = value,
        Unit = "ms",
        Floor = new Floor(kind.FloorName, floor),
        Target = new Target(floor + OwnMilliseconds),
    };
}
