using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;

namespace CsiSecrets.Kube;

/// <summary>The kinds that the driver reads or writes.</summary>
internal static class ResourceTypes
{
    public const string SecretsStoreGroup = "secrets-store.csi.x-k8s.io";
    public const string ExternalSecretsGroup = "external-secrets.io";

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

    public static readonly ResourceType<PodDocument> PodDocuments = new("", "v1", "pods", "Pod", true, ManifestJson.Default.PodDocument);

    public static readonly ResourceType<ServiceAccount> ServiceAccounts =
        new("", "v1", "serviceaccounts", "ServiceAccount", true, ManifestJson.Default.ServiceAccount);

    public static readonly ResourceType<Secret> Secrets = new("", "v1", "secrets", "Secret", true, ManifestJson.Default.Secret);

    public static readonly ResourceType<Node> Nodes = new("", "v1", "nodes", "Node", false, ManifestJson.Default.Node);

    public static readonly ResourceType<KubeEvent> Events = new("", "v1", "events", "Event", true, ManifestJson.Default.KubeEvent);

    public static readonly ResourceType<CsiDriver> CsiDrivers =
        new("storage.k8s.io", "v1", "csidrivers", "CSIDriver", false, ManifestJson.Default.CsiDriver);

    public static readonly ResourceType<Lease> Leases =
        new("coordination.k8s.io", "v1", "leases", "Lease", true, ManifestJson.Default.Lease);

    public static readonly ResourceType<SelfSubjectRulesReview> RulesReviews = new(
        "authorization.k8s.io", "v1", "selfsubjectrulesreviews", "SelfSubjectRulesReview", false, ManifestJson.Default.SelfSubjectRulesReview);

    public static readonly ResourceType<SelfSubjectAccessReview> AccessReviews = new(
        "authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", false, ManifestJson.Default.SelfSubjectAccessReview);

    public static readonly ResourceType<Namespace> Namespaces = new("", "v1", "namespaces", "Namespace", false, ManifestJson.Default.Namespace);

    public static readonly ResourceType<ConfigMap> ConfigMaps = new("", "v1", "configmaps", "ConfigMap", true, ManifestJson.Default.ConfigMap);

    public static readonly ResourceType<ExternalSecret> ExternalSecrets =
        new(ExternalSecretsGroup, "v1", "externalsecrets", "ExternalSecret", true, ManifestJson.Default.ExternalSecret);

    public static readonly ResourceType<ClusterExternalSecret> ClusterExternalSecrets = new(
        ExternalSecretsGroup, "v1", "clusterexternalsecrets", "ClusterExternalSecret", false, ManifestJson.Default.ClusterExternalSecret);

    public static readonly ResourceType<SecretStore> SecretStores =
        new(ExternalSecretsGroup, "v1", "secretstores", "SecretStore", true, ManifestJson.Default.SecretStore);

    public static readonly ResourceType<ClusterSecretStore> ClusterSecretStores = new(
        ExternalSecretsGroup, "v1", "clustersecretstores", "ClusterSecretStore", false, ManifestJson.Default.ClusterSecretStore);
}
