using CsiSecrets.Csi;
using CsiSecrets.Hosting;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Posix;
using CsiSecrets.Providers;
using CsiSecrets.Telemetry;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Volumes;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Death;

/// <summary>The node's real pipeline on real tmpfs below one folder, which holds all that outlives the process.</summary>
internal sealed class MortalNode : IDisposable
{
    /// <summary>The clock of every process on the folder begins here, so that a follower lives on in its predecessor's hour.</summary>
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const string BootId = "boot";

    private readonly string folder;
    private readonly FakeProvider store = new();
    private readonly NodeEngine engine;
    private int content;

    /// <param name="folder">Holds the state and, in <c>pods</c>, the targets.</param>
    /// <param name="passed">Told each step: the pipeline's as <c>Written</c>, a swap's as <c>set/Swapped</c>.</param>
    /// <param name="nodeBytes">The bound of all volumes together.</param>
    public MortalNode(string folder, Action<string> passed, long nodeBytes = long.MaxValue)
    {
        this.folder = folder;
        Directory.CreateDirectory(Path.Combine(folder, "pods"));
        var options = new NodeOptions { Volumes = { NodeName = "node1", StateDirectory = StateFolder, NodeBytes = nodeBytes } };
        engine = new NodeEngine(options, new NodeParts
        {
            Mounts = LinuxMounts.Probe(folder),
            Time = Time,
            Meters = new Meters(),
            Cluster = Cluster(),
            Providers = [store],
            BootId = BootId,
            Passed = step => passed($"{step}"),
            Swapping = step => passed($"set/{step}"),
        });
    }

    public FakeTimeProvider Time { get; } = new(Start);

    /// <summary>The versions that were given for a pod status, newest last.</summary>
    public List<VolumeState> Statuses { get; } = [];

    public IReadOnlyCollection<string> Calls => store.Calls;

    public string StateFolder => Path.Combine(folder, "state");

    public string Target(string volume) => TargetBelow(folder, volume);

    public static string TargetBelow(string folder, string volume) => Path.Combine(folder, "pods", volume);

    public VolumeState? State(string volume) => engine.Store.Find(volume)?.State;

    /// <summary>Brings the store to its N-th content: 1 or 2, see <see cref="Files"/>.</summary>
    public void Store(int wanted)
    {
        while (content < wanted)
        {
            content++;
            store.Remove(content == 1 ? "more" : "gone");
            foreach ((string path, string text) in Files(content))
            {
                store.Put(path, text);
            }
        }
    }

    /// <summary>What a pod sees of the store's N-th content.</summary>
    public static (string Path, string Text)[] Files(int content) => content == 1
        ? [("a", "old"), ("d/b", "old"), ("gone", "old")]
        : [("a", "new"), ("d/b", "new"), ("more", "new")];

    public void Recover() => engine.Recover();

    public Task PublishAsync(string volume) =>
        engine.Publish.PublishAsync(() => (volume, Target(volume)), () => Request(volume), CancellationToken.None);

    public Task UnpublishAsync(string volume) => engine.Unpublish.UnpublishAsync(() => (volume, Target(volume)), CancellationToken.None);

    public Task RefreshDueAsync() => engine.Rotation.RunDueAsync(CancellationToken.None);

    public void Dispose() => engine.Dispose();

    private PublishRequest Request(string volume) => new()
    {
        VolumeId = volume,
        TargetPath = Target(volume),
        Pod = new PodIdentity { Namespace = "ns", PodName = volume, PodUid = volume, ServiceAccount = "default" },
        ClassName = "secrets",
        Attributes = new Dictionary<string, string>(),
        Tokens = PodTokens.None,
        Secrets = new Dictionary<string, SecretBytes>(),
    };

    private NodeCluster Cluster() => new()
    {
        FindClass = (ns, name, _) => Task.FromResult<SecretProviderClass?>(new SecretProviderClass
        {
            Metadata = new ObjectMeta { Namespace = ns, Name = name },
            Spec = new SecretProviderClassSpec
            {
                Provider = store.Name,
                Parameters = new Dictionary<string, string> { ["objects"] = "a,d/b,gone?,more?" },
            },
        }),
        DriverFacts = static () => new DriverFacts(true, new HashSet<string>(), false),
        Access = new ClusterAccess
        {
            FindServiceAccount = static (_, _, _, _) => Task.FromResult<ServiceAccountFacts?>(null),
            NodeRegion = static _ => Task.FromResult<string?>(null),
        },
        WriteStatus = Statuses.Add,
        PodEvent = static (_, _, _, _) => { },
        Unpublished = static _ => { },
        Registered = static () => { },
        Services = [],
        AddChecks = static _ => { },
        Connect = static (_, _) => { },
    };
}
