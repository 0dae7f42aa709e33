using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube;

/// <summary>The kinds that the driver reads or writes.</summary>
internal static class ResourceTypes
{
    public const string SecretsStoreGroup = "secrets-store.csi.x-k8s.io";

    public static readonly ResourceType<SecretProviderClass> SecretProviderClasses =
        new(SecretsStoreGroup, "v1", "secretproviderclasses", "SecretProviderClass", true, ManifestJson.Default.SecretProviderClass);

    public static readonly ResourceType<SecretProviderClassPodStatus> PodStatuses = new(
        SecretsStoreGroup,
        "v1",
        "secretproviderclasspodstatuses",
        "SecretProviderClassPodStatus",
        true,
        ManifestJson.Default.SecretProviderClassPodStatus);

    public static readonly ResourceType<Pod> Pods = new("", "v1", "pods", "Pod", true, ManifestJson.Default.Pod);

    public static readonly ResourceType<ServiceAccount> ServiceAccounts =
        new("", "v1", "serviceaccounts", "ServiceAccount", true, ManifestJson.Default.ServiceAccount);

    public static readonly ResourceType<Secret> Secrets = new("", "v1", "secrets", "Secret", true, ManifestJson.Default.Secret);

    public static readonly ResourceType<Node> Nodes = new("", "v1", "nodes", "Node", false, ManifestJson.Default.Node);

    public static readonly ResourceType<KubeEvent> Events = new("", "v1", "events", "Event", true, ManifestJson.Default.KubeEvent);

    public static readonly ResourceType<CsiNode> CsiNodes =
        new("storage.k8s.io", "v1", "csinodes", "CSINode", false, ManifestJson.Default.CsiNode);

    public static readonly ResourceType<CsiDriver> CsiDrivers =
        new("storage.k8s.io", "v1", "csidrivers", "CSIDriver", false, ManifestJson.Default.CsiDriver);

    public static readonly ResourceType<Lease> Leases =
        new("coordination.k8s.io", "v1", "leases", "Lease", true, ManifestJson.Default.Lease);
}
