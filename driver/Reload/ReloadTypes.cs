using CsiSecrets.Kube;
using CsiSecrets.Reload.Sources;
using CsiSecrets.Reload.Workloads;

namespace CsiSecrets.Reload;

/// <summary>The kinds of the room as the API server names them, and as they are read here.</summary>
internal static class ReloadTypes
{
    public static readonly ResourceType<SecretSource> Secrets = new("", "v1", "secrets", "Secret", true, ReloadJson.Default.SecretSource);

    public static readonly ResourceType<ConfigMapSource> ConfigMaps = new("", "v1", "configmaps", "ConfigMap", true, ReloadJson.Default.ConfigMapSource);

    public static readonly ResourceType<MarkedSource> Classes =
        new(ResourceTypes.SecretsStoreGroup, "v1", "secretproviderclasses", "SecretProviderClass", true, ReloadJson.Default.MarkedSource);

    public static readonly ResourceType<MarkedSource> ExternalSecrets =
        new(ResourceTypes.ExternalSecretsGroup, "v1", "externalsecrets", "ExternalSecret", true, ReloadJson.Default.MarkedSource);

    public static readonly ResourceType<WholeObject> Jobs = Whole(new("batch", "v1", "jobs", "Job", true, ReloadJson.Default.Workload));

    /// <summary>The names that servers of different ages have for the kind, the newest first.</summary>
    public static IReadOnlyList<ResourceType<Workload>> Of(WorkloadKind kind) => kind switch
    {
        WorkloadKind.Deployment => [Named("apps", "v1", "deployments", kind)],
        WorkloadKind.StatefulSet => [Named("apps", "v1", "statefulsets", kind)],
        WorkloadKind.DaemonSet => [Named("apps", "v1", "daemonsets", kind)],
        WorkloadKind.CronJob => [Named("batch", "v1", "cronjobs", kind), Named("batch", "v1beta1", "cronjobs", kind)],
        WorkloadKind.Job => [Named("batch", "v1", "jobs", kind)],
        _ => [Named("argoproj.io", "v1alpha1", "rollouts", kind)],
    };

    /// <summary>The same kind, read with every field.</summary>
    public static ResourceType<WholeObject> Whole(ResourceType<Workload> type) =>
        new(type.Group, type.Version, type.Plural, type.Kind, true, ReloadJson.Default.WholeObject);

    private static ResourceType<Workload> Named(string group, string version, string plural, WorkloadKind kind) =>
        new(group, version, plural, kind.ToString(), true, ReloadJson.Default.Workload);
}
