using CsiSecrets.Bench.Rig;
using CsiSecrets.Posix;

namespace CsiSecrets.Bench.Volumes;

/// <summary>The least that this machine allows, in milliseconds, measured in the same run as what is held against it.</summary>
internal sealed record Floors
{
    private const int Rounds = 300;

    public required Floor Mount { get; init; }

    public required Floor Unmount { get; init; }

    public required Floor Grpc { get; init; }

    public required Floor Aws { get; init; }

    public required Floor SlowAws { get; init; }

    /// <summary>What a publish cannot do without.</summary>
    public Floor Publish => new("gRPC call + tmpfs with four files", Grpc.Value + Mount.Value);

    public Floor Unpublish => new("gRPC call + unmount", Grpc.Value + Unmount.Value);

    public static async Task<Floors> MeasureAsync(Stage stage, CancellationToken cancellationToken)
    {
        (double mount, double unmount) = Tmpfs();
        return new Floors
        {
            Mount = new Floor("tmpfs with four files", mount),
            Unmount = new Floor("unmount", unmount),
            Grpc = new Floor("gRPC call", await ProbeAsync(stage, cancellationToken)),
            Aws = new Floor("signed AWS call", await AwsAsync(stage, TimeSpan.Zero, Rounds, cancellationToken)),
            SlowAws = new Floor("signed AWS call", await AwsAsync(stage, TimeSpan.FromMilliseconds(20), 60, cancellationToken)),
        };
    }

    private static (double Mount, double Unmount) Tmpfs()
    {
        const ulong Flags = OpenFlags.MountNoSuid | OpenFlags.MountNoDev | OpenFlags.MountNoExec;
        string target = Path.Combine(Sandbox.Folder, "floor");
        byte[] content = new byte[40];
        var mounts = new Samples();
        var unmounts = new Samples();
        for (int i = 0; i < Rounds; i++)
        {
            mounts.TimeAsync(() =>
            {
                Directory.CreateDirectory(target);
                Require(Libc.Mount("tmpfs", target, "tmpfs", Flags, "size=65536,nr_inodes=32,mode=755"));
                for (int file = 0; file < 4; file++)
                {
                    using Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle($"{target}/{file}", FileMode.CreateNew, FileAccess.Write);
                    RandomAccess.Write(handle, content, 0);
                }

                return Task.CompletedTask;
            }).Wait();
            unmounts.TimeAsync(() =>
            {
                Require(Libc.Unmount(target, 0));
                Directory.Delete(target);
                return Task.CompletedTask;
            }).Wait();
        }

        return (mounts.P50, unmounts.P50);
    }

    private static async Task<double> ProbeAsync(Stage stage, CancellationToken cancellationToken)
    {
        await using DriverProcess driver = await stage.DriverAsync(null, cancellationToken);
        using var kubelet = new Kubelet(driver.Socket);
        for (int warm = 0; warm < Rounds; warm++)
        {
            await kubelet.ProbeAsync(cancellationToken);
        }

        var samples = new Samples();
        for (int i = 0; i < Rounds; i++)
        {
            await samples.TimeAsync(() => kubelet.ProbeAsync(cancellationToken));
        }

        return samples.P50;
    }

    private static async Task<double> AwsAsync(Stage stage, TimeSpan delay, int rounds, CancellationToken cancellationToken)
    {
        stage.Aws.Delay(delay);
        using var aws = new BareAws(stage.Aws);
        var samples = new Samples();
        for (int i = -rounds / 3; i < rounds; i++)
        {
            await (i < 0 ? new Samples() : samples).TimeAsync(() => aws.ReadAsync(cancellationToken));
        }

        stage.Aws.Delay(TimeSpan.Zero);
        return samples.P50;
    }

    private static void Require(int result)
    {
        if (result < 0)
        {
            throw PosixException.Last("mount", "floor");
        }
    }
}
