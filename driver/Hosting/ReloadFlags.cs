using CsiSecrets.Reload;
using CsiSecrets.Reload.Alerts;

namespace CsiSecrets.Hosting;

/// <summary>The flags and environment of rolling restarts: Reloader's own names, and ours.</summary>
internal static class ReloadFlags
{
    public static void Add(FlagReader flags, ReloadOptions options)
    {
        ReadAlerts(options.Alerts);
        AddSwitches(flags, options);
        AddFilters(flags, options);
        AddNames(flags, options.Names);
        flags
            .Ignore("is-Argo-Rollouts", "Rollouts are followed where the server has them")
            .Ignore("enable-csi-integration", "pod statuses are always followed", isSwitch: true)
            .Ignore("sync-after-restart", "what changed in between is always found, and nothing else is reloaded", isSwitch: true)
            .Ignore("enable-ha", "use --enable-leader-election", isSwitch: true)
            .Ignore("log-format", "use --log-format-json")
            .Ignore("log-level", "use --loglevel")
            .Ignore("leader-election-lease-duration", "the Lease's times are fixed")
            .Ignore("leader-election-renew-deadline", "the Lease's times are fixed")
            .Ignore("leader-election-retry-period", "the Lease's times are fixed")
            .Ignore("enable-pprof", "this is no Go program", isSwitch: true)
            .Ignore("pprof-addr", "this is no Go program");
    }

    /// <summary>Where to work, when <c>--namespaces</c> does not say: Reloader's variable, or the one namespace of the sync path.</summary>
    public static IReadOnlyList<string> Scope(ReloadOptions options, string syncNamespace)
    {
        string own = Variable("KUBERNETES_NAMESPACE");
        return options.Namespaces.Count > 0 ? options.Namespaces
            : syncNamespace.Length > 0 ? [syncNamespace]
            : own.Length > 0 ? [own]
            : [];
    }

    public static IEnumerable<string> Problems(ReloadOptions options)
    {
        foreach (string ns in options.Namespaces.Where(static n => !IsLabel(n)))
        {
            yield return $"--namespaces: {ns} is no name of a namespace";
        }

        if (options.Alerts.Enabled && !IsHttp(options.Alerts.Url))
        {
            yield return "ALERT_WEBHOOK_URL: no http or https URL, and ALERT_ON_RELOAD asks for alerts";
        }

        if (options.Alerts.Proxy.Length > 0 && !IsHttp(options.Alerts.Proxy))
        {
            yield return "ALERT_WEBHOOK_PROXY: no http or https URL";
        }

        if (options.WebhookUrl.Length > 0 && !IsHttp(options.WebhookUrl))
        {
            yield return "--webhook-url: no http or https URL";
        }
    }

    private static void ReadAlerts(AlertOptions alerts)
    {
        alerts.Enabled = Variable("ALERT_ON_RELOAD") == "true";
        alerts.Url = Variable("ALERT_WEBHOOK_URL");
        alerts.Proxy = Variable("ALERT_WEBHOOK_PROXY");
        alerts.Info = Variable("ALERT_ADDITIONAL_INFO");
        alerts.Sink = Variable("ALERT_SINK").ToLowerInvariant() switch
        {
            "slack" => AlertSink.Slack,
            "teams" => AlertSink.Teams,
            "gchat" => AlertSink.GoogleChat,
            _ => AlertSink.Raw,
        };
    }

    private static void AddSwitches(FlagReader flags, ReloadOptions options) => flags
        .Switch("enable-reloader", "workloads are rolled when what they use changes (false)", v => options.Enabled = v)
        .Switch("reload-all-sources", "follow every Secret and ConfigMap, not only Secrets written here (false)", v => options.AllSources = v)
        .Duration("reload-window", "changes within this time make one rollout (2s)", v => options.Window = v)
        .Text("reload-key-secret", "name of the Secret with the key of the hashes (csi-secrets-reload-key)", v => options.KeyName = v)
        .Choice("reload-strategy", "env-vars or annotations (env-vars)", ["env-vars", "annotations"], v => options.ByAnnotation = v == "annotations")
        .Switch("auto-reload-all", "workloads without annotations are reloaded too (false)", v => options.AutoReloadAll = v)
        .Switch("reload-on-create", "a source that comes into being is a change (false)", v => options.OnCreate = v)
        .Switch("reload-on-delete", "a source that is deleted is a change (false)", v => options.OnDelete = v)
        .Switch("reload-meta-info", "the ConfigMap reloader-meta-info is written (false)", v => options.MetaInfo = v)
        .Text("webhook-url", "called instead of rolling anything", v => options.WebhookUrl = v);

    private static void AddFilters(FlagReader flags, ReloadOptions options) => flags
        .Choice("resources-to-ignore", "secrets or configmaps", ["secrets", "configmaps"], v =>
        {
            options.IgnoreSecrets |= v == "secrets";
            options.IgnoreConfigMaps |= v == "configmaps";
        })
        .Choice("ignored-workload-types", "jobs, cronjobs or jobs,cronjobs", ["jobs", "cronjobs", "jobs,cronjobs", "cronjobs,jobs"], v =>
        {
            options.IgnoreJobs |= v.Split(',').Contains("jobs");
            options.IgnoreCronJobs |= v.Split(',').Contains("cronjobs");
        })
        .Text("namespaces", "the namespaces to reload in, whatever --namespace says; no right to the whole cluster is needed", v => options.Namespaces =
            [.. options.Namespaces.Union(Names(v))])
        .Text("namespaces-to-ignore", "namespaces where nothing is reloaded", v => options.IgnoredNamespaces = [.. options.IgnoredNamespaces, .. Names(v)])
        .Text("namespace-selector", "labels of the namespaces to work in, key=value or key:value", v => options.NamespaceSelector = Joined(options.NamespaceSelector, v))
        .Text("resource-label-selector", "labels of the Secrets and ConfigMaps to follow", v => options.ResourceSelector = Joined(options.ResourceSelector, v));

    private static void AddNames(FlagReader flags, AnnotationNames names) => flags
        .Text("auto-annotation", Instead(names.Auto), v => names.Auto = v)
        .Text("configmap-auto-annotation", Instead(names.ConfigMapAuto), v => names.ConfigMapAuto = v)
        .Text("secret-auto-annotation", Instead(names.SecretAuto), v => names.SecretAuto = v)
        .Text("configmap-annotation", Instead(names.ConfigMapList), v => names.ConfigMapList = v)
        .Text("secret-annotation", Instead(names.SecretList), v => names.SecretList = v)
        .Text("auto-search-annotation", Instead(names.Search), v => names.Search = v)
        .Text("search-match-annotation", Instead(names.Match), v => names.Match = v)
        .Text("ignore-annotation", Instead(names.Ignore), v => names.Ignore = v)
        .Text("pause-deployment-annotation", Instead(names.PausePeriod), v => names.PausePeriod = v)
        .Text("pause-deployment-time-annotation", Instead(names.PausedAt), v => names.PausedAt = v);

    private static string Instead(string annotation) => $"the name of an annotation ({annotation})";

    /// <summary>Reloader's older form of a selector has a colon, and a star for any value.</summary>
    private static string Joined(string before, string more)
    {
        IEnumerable<string> terms = Names(more)
            .Select(static t => t.Replace(':', '='))
            .Select(static t => t.EndsWith("=*", StringComparison.Ordinal) ? t[..^2] : t);
        return string.Join(',', (before.Length > 0 ? [before] : Array.Empty<string>()).Concat(terms));
    }

    private static string[] Names(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name)?.Trim() ?? "";

    private static bool IsLabel(string name) => name.Length is > 0 and <= 63 && name[0] != '-' && name[^1] != '-'
        && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static bool IsHttp(string url) => Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https";
}
