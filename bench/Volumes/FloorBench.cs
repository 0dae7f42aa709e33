using System.Runtime.CompilerServices;
using CsiSecrets.Bench.Rig;

namespace CsiSecrets.Bench.Volumes;

/// <summary>The floors by themselves.</summary>
internal static class FloorBench
{
    public static async IAsyncEnumerable<Figure> Run(Stage stage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Floors floors = await stage.FloorsAsync(cancellationToken);
        yield return Of("tmpfs_mount", "mount(2) of a tmpfs, four files written, p50", floors.Mount.Value);
        yield return Of("tmpfs_unmount", "umount(2) of it and rmdir, p50", floors.Unmount.Value);
        yield return Of("grpc", "a gRPC call of the driver that does nothing (Probe), p50", floors.Grpc.Value);
        yield return Of("aws_0ms", "a signed GetSecretValue, endpoint at 0 ms, p50", floors.Aws.Value);
        yield return Of("aws_20ms", "a signed GetSecretValue, endpoint at 20 ms, p50", floors.SlowAws.Value);
    }

    private static Figure Of(string key, string text, double value) => new() { Key = $"floor.{key}.ms", Text = text, Value = value, Unit = "ms" };
}
