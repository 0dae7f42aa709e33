using CsiSecrets.Csi;
using CsiSecrets.Local;
using CsiSecrets.Volumes;

namespace CsiSecrets.Hosting;

/// <summary>Lays the console over a cluster: what the driver reports is shown as well as written.</summary>
internal sealed class LocalReports
{
    private readonly LocalConsole console;

    public LocalReports(NodeCluster cluster, LocalConsole console)
    {
        this.console = console;
        Cluster = cluster with
        {
            // The played kubelet tells a pod's name and passes no tokens.
            DriverFacts = static () => new DriverFacts(PodInfo: true, new HashSet<string>(), TokensInSecrets: false),
            WriteStatus = state =>
            {
                Show(state);
                cluster.WriteStatus(state);
            },
            PodEvent = (state, reason, message, warning) =>
            {
                Show(state, reason, message, warning);
                cluster.PodEvent(state, reason, message, warning);
            },
            Recovered = state => console.Solved(KeyOf(state)),
            Unpublished = state =>
            {
                console.Drop(KeyOf(state));
                console.Forget(state.VolumeId);
                cluster.Unpublished(state);
            },
            Connect = (store, rotation) =>
            {
                Rotation = rotation;
                cluster.Connect(store, rotation);
            },
        };
    }

    public NodeCluster Cluster { get; }

    /// <summary>The driver's own refreshes, once it is built.</summary>
    public RotationService? Rotation { get; private set; }

    private static string KeyOf(VolumeState state) => "refresh:" + state.VolumeId;

    private void Show(VolumeState state) => console.Files(
        state.VolumeId,
        from applied in state.Objects
        from file in applied.Files
        select KeyValuePair.Create(Path.Combine(state.TargetPath, file.Path), $"{file.Version} {applied.Shape} {file.Mode}"));

    private void Show(VolumeState state, string reason, string message, bool warning)
    {
        if (warning)
        {
            console.Problem(KeyOf(state), $"pod {state.Pod.PodRef}: {reason}: {message} (the old files stay)");
        }
        else
        {
            console.Solved(KeyOf(state));
            Show(state);
        }
    }
}
