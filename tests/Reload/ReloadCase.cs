using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsiSecrets.JsonQuery;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Reload;
using CsiSecrets.Reload.Decisions;
using CsiSecrets.Reload.Sources;
using CsiSecrets.Reload.Workloads;

namespace CsiSecrets.Tests.Reload;

/// <summary>A folder of tests/Cases/Reload: a workload, its sources before and after, and what is patched, in YAML; options where they are not the defaults.</summary>
internal sealed class ReloadCase(string folder)
{
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    public static string Root => Path.Combine(AppContext.BaseDirectory, "Cases", "Reload");

    public static RecordKey Key { get; } = new(SecretBytes.FromText("a key of the tests, 32 bytes long"));

    /// <summary>The workload as it came to be: seen once with the sources before, its record written.</summary>
    public JsonObject Workload { get; private set; } = [];

    /// <summary>Takes the baseline, then decides about the sources after. The patch, applied; null where nothing is rolled.</summary>
    public JsonNode? Run()
    {
        ReloadOptions options = Options();
        Workload = (JsonObject)Documents("workload.yaml")[0];
        WorkloadKind kind = Enum.Parse<WorkloadKind>((string)Workload["kind"]!);
        var decider = new ReloadDecider(options, Key);
        var book = new SourceBook(options.Names);
        Note(book, "before.yaml");
        ReloadDecision first = decider.Decide(Seen(kind, options), book.Of("shop"), null, Now);
        Assert.Empty(first.Changes);
        if (first.Record is { } record)
        {
            JsonObject annotations = Workload["metadata"]!["annotations"] as JsonObject ?? (JsonObject)(Workload["metadata"]!["annotations"] = new JsonObject());
            annotations[AnnotationNames.Record] = record;
        }

        Note(book, "after.yaml");
        SeenWorkload seen = Seen(kind, options);
        var before = ReloadRecord.Read(seen.Workload.Metadata.Annotation(AnnotationNames.Record), Key.Id);
        ReloadDecision decision = decider.Decide(seen, book.Of("shop"), before, Now);
        if (decision.Changes.Count == 0 && !decision.Resume)
        {
            return null;
        }

        // Whatever was decided, it is decided once: what is seen after the patch is no change any more.
        ReloadDecision again = decider.Decide(seen, book.Of("shop"), ReloadRecord.Read(decision.Record, Key.Id), Now);
        Assert.Empty(again.Changes);
        return kind is WorkloadKind.CronJob or WorkloadKind.Job
            ? JsonNode.Parse(JsonSerializer.Serialize(decision.Changes.Select(c => $"{c.Source} {c.PeerHash} {c.Container}").ToArray()))
            : WithoutRecord(JsonNode.Parse(new ReloadPatch(options).Roll(seen, decision, Now))!.AsArray());
    }

    public JsonNode? Expected() => File.Exists(Path.Combine(folder, "patch.yaml")) ? Documents("patch.yaml")[0] : null;

    private SeenWorkload Seen(WorkloadKind kind, ReloadOptions options) => SeenWorkload.Of(
        kind, JsonSerializer.Deserialize(Workload.ToJsonString(), ReloadJson.Default.Workload)!, options);

    /// <summary>The record is keyed, and the version is whatever it is: neither belongs into a folder.</summary>
    private static JsonArray WithoutRecord(JsonArray patch) => new([.. patch
        .Where(static o => !((string)o!["path"]!).Contains("reload.csi-secrets", StringComparison.Ordinal)
            && (string)o["path"]! != "/metadata/resourceVersion" && (string)o["path"]! != "/metadata/annotations")
        .Select(static o => o!.DeepClone())]);

    private void Note(SourceBook book, string file)
    {
        foreach (JsonNode source in Documents(file))
        {
            string json = source.ToJsonString();
            bool gone = source["metadata"]!["deletionTimestamp"] is not null;
            switch ((string)source["kind"]!)
            {
                case "Secret":
                    book.Data(SourceKind.Secret, JsonSerializer.Deserialize(json, ReloadJson.Default.SecretSource)!, gone);
                    break;
                case "ConfigMap":
                    book.Data(SourceKind.ConfigMap, JsonSerializer.Deserialize(json, ReloadJson.Default.ConfigMapSource)!, gone);
                    break;
                default:
                    book.Status(JsonSerializer.Deserialize(json, ManifestJson.Default.SecretProviderClassPodStatus)!, gone);
                    break;
            }
        }
    }

    private List<JsonNode> Documents(string file)
    {
        string path = Path.Combine(folder, file);
        return File.Exists(path) ? [.. YamlText.ToJson(File.ReadAllBytes(path)).Select(static d => JsonNode.Parse(Encoding.UTF8.GetString(d))!)] : [];
    }

    private ReloadOptions Options()
    {
        JsonNode? said = Documents("options.yaml").FirstOrDefault();
        return new ReloadOptions
        {
            ByAnnotation = Is(said, "byAnnotation"),
            AutoReloadAll = Is(said, "autoReloadAll"),
            OnCreate = Is(said, "onCreate"),
            OnDelete = Is(said, "onDelete"),
            IgnoreJobs = Is(said, "ignoreJobs"),
            IgnoreCronJobs = Is(said, "ignoreCronJobs"),
        };
    }

    private static bool Is(JsonNode? options, string name) => (bool?)options?[name] == true;
}
