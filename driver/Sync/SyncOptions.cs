using CsiSecrets.Mirroring;

namespace CsiSecrets.Sync;

/// <summary>Settings of the sync path.</summary>
internal sealed class SyncOptions
{
    /// <summary>Stores with another class are left to another controller.</summary>
    public string ControllerClass { get; set; } = "default";

    /// <summary>The one namespace to work in; empty for all.</summary>
    public string Namespace { get; set; } = "";

    /// <summary>How often a store is validated where it does not say so itself.</summary>
    public TimeSpan StoreInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many objects are written at a time.</summary>
    public int Concurrency { get; set; } = 16;

    /// <summary>How many ExternalSecrets are in work for each that is being written: most wait for a call to a provider, which brings more the more
    /// there are.</summary>
    public int Gathering { get; set; } = 6;

    /// <summary>ExternalSecrets of a store that is not Ready wait for it.</summary>
    public bool FloodGate { get; set; } = true;

    public bool ClusterStores { get; set; } = true;

    public bool ClusterExternalSecrets { get; set; } = true;

    /// <summary>Targets other than Secrets.</summary>
    public bool GenericTargets { get; set; }

    /// <summary>Server-side apply speaks in this name.</summary>
    public string FieldManager { get; set; } = Marks.Manager;

    /// <summary>A value that another ExternalSecret has just fetched is as good as a fetch of its own for so long.</summary>
    public TimeSpan SharedAge { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Manual edits are repaired also where the refresh interval is 0.</summary>
    public bool RepairAtZero { get; set; }

    /// <summary>Rendered values held in memory for repairs that cost no provider call, in bytes, all together.</summary>
    public long HeldBytes { get; set; } = 32 << 20;

    /// <summary>How often mirrored Secrets of a SecretProviderClass follow their source where the class has no interval of its own.</summary>
    public TimeSpan MirrorInterval { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Where the key of the hashes in a class's status is kept: the controller's own namespace.</summary>
    public string KeyNamespace { get; set; } = "external-secrets";

    public string MirrorKeyName { get; set; } = "csi-secrets-mirror-key";

    /// <summary>The CSI driver whose volumes are mirrored.</summary>
    public string DriverName { get; set; } = "secrets-store.csi.k8s.io";
}
