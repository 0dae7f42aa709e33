using CsiSecrets.Reload.Alerts;

namespace CsiSecrets.Reload;

/// <summary>Settings of rolling restarts. Reloader's flags keep their names.</summary>
internal sealed class ReloadOptions
{
    public bool Enabled { get; set; }

    /// <summary>Follow every Secret and ConfigMap, not only the Secrets that this product writes.</summary>
    public bool AllSources { get; set; }

    public AnnotationNames Names { get; } = new();

    /// <summary>The namespaces to work in, each with watches of its own, so that no right to the whole cluster is needed; empty for all.</summary>
    public IReadOnlyList<string> Namespaces { get; set; } = [];

    public IReadOnlyList<string> IgnoredNamespaces { get; set; } = [];

    /// <summary>Only namespaces with these labels; empty for all. Means nothing where the namespaces are named.</summary>
    public string NamespaceSelector { get; set; } = "";

    /// <summary>Only Secrets and ConfigMaps with these labels.</summary>
    public string ResourceSelector { get; set; } = "";

    public bool IgnoreSecrets { get; set; }

    public bool IgnoreConfigMaps { get; set; }

    public bool IgnoreJobs { get; set; }

    public bool IgnoreCronJobs { get; set; }

    /// <summary>Workloads without any annotation are as if they had auto.</summary>
    public bool AutoReloadAll { get; set; }

    /// <summary>The annotations strategy instead of variables.</summary>
    public bool ByAnnotation { get; set; }

    public bool OnCreate { get; set; }

    public bool OnDelete { get; set; }

    /// <summary>Changes within this time make one rollout.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How many workloads are rolled at a time.</summary>
    public int Concurrency { get; set; } = 4;

    /// <summary>Where the key of the hashes is.</summary>
    public string KeyNamespace { get; set; } = "external-secrets";

    public string KeyName { get; set; } = "csi-secrets-reload-key";

    /// <summary>Called instead of rolling anything; empty for none.</summary>
    public string WebhookUrl { get; set; } = "";

    /// <summary>Write the ConfigMap that Reloader's companions read.</summary>
    public bool MetaInfo { get; set; }

    public AlertOptions Alerts { get; set; } = new();
}
