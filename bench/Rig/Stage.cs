using CsiSecrets.Bench.Volumes;
using CsiSecrets.Posix;

namespace CsiSecrets.Bench.Rig;

/// <summary>What the benchmarks of the node need, started once: control plane, AWS endpoint, the town.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private const string AccountFolder = "/run/secrets/kubernetes.io/serviceaccount";

    private Floors? floors;

    private Stage(ControlPlane plane, AwsStage aws, BenchArguments arguments)
    {
        (Plane, Aws, Town) = (plane, aws, new Town(plane, aws));
        (Settings, ExternalSecrets) = (arguments.Settings, arguments.Count);
    }

    public ControlPlane Plane { get; }

    /// <summary>Environment variables of the driver, over the DaemonSet's.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>How many ExternalSecrets the controller gets.</summary>
    public int ExternalSecrets { get; }

    public AwsStage Aws { get; }

    public Town Town { get; }

    public static async Task<Stage> SetAsync(BenchArguments arguments, CancellationToken cancellationToken)
    {
        Sandbox.Prepare();
        await Shell.RunAsync(Path.Combine(Repository.Root, "tests/publish.sh"), [], "", cancellationToken);
        ControlPlane plane = await ControlPlane.StartAsync(cancellationToken);
        AwsStage aws = await AwsStage.StartAsync(plane.TokenKey, cancellationToken);
        var stage = new Stage(plane, aws, arguments);
        await stage.Town.SettleAsync(cancellationToken);
        await stage.Town.ClassAsync("four", 4, 40, null, cancellationToken);
        Directory.CreateDirectory(AccountFolder);
        File.Copy(plane.AuthorityFile, Path.Combine(AccountFolder, "ca.crt"));
        (string token, _) = await plane.TokenAsync("kube-system", "secrets-store-csi-driver", null, null, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(AccountFolder, "token"), token, cancellationToken);
        return stage;
    }

    /// <summary>Measured once in a run.</summary>
    public async Task<Floors> FloorsAsync(CancellationToken cancellationToken) => floors ??= await Floors.MeasureAsync(this, cancellationToken);

    /// <summary>An empty state folder on a tmpfs, as the DaemonSet's is.</summary>
    public static string NewState()
    {
        string folder = Path.Combine(Sandbox.Folder, "state");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>A driver with an empty state folder, after its caches of the cluster have filled.</summary>
    public async Task<DriverProcess> DriverAsync(MemoryGroup? group, CancellationToken cancellationToken, params string[] flags) =>
        await DriverAsync(NewState(), group, cancellationToken, flags);

    public async Task<DriverProcess> DriverAsync(string state, MemoryGroup? group, CancellationToken cancellationToken, params string[] flags)
    {
        DriverProcess driver = await DriverProcess.StartAsync(this, state, group, cancellationToken, flags);
        await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        return driver;
    }

    /// <summary>Unmounts what a killed driver left.</summary>
    public void ClearVolumes()
    {
        foreach (BenchPod pod in Town.Residents)
        {
            _ = Libc.Unmount(pod.Target, OpenFlags.UnmountDetach);
        }
    }

    public async ValueTask DisposeAsync()
    {
        ClearVolumes();
        await Aws.DisposeAsync();
        await Plane.DisposeAsync();
    }
}
