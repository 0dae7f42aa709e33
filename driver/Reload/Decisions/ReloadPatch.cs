using System.Globalization;
using System.Text.Json;
using CsiSecrets.Reload.Workloads;

namespace CsiSecrets.Reload.Decisions;

/// <summary>
/// The one patch of a decision, record and rollout together, so that a crash leaves both or neither. Operations on single fields: a merge of
/// lists would claim whole containers, and whoever applies manifests would meet conflicts. Pure.
/// </summary>
internal sealed class ReloadPatch(ReloadOptions options)
{
    private const string Annotations = "/metadata/annotations";
    private const string Template = "/spec/template";

    /// <summary>The record alone, as a merge patch: it holds whatever version the workload has by now.</summary>
    public static byte[] RecordOnly(string record) => Body(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("metadata");
        json.WriteStartObject("annotations");
        if (record.Length > 0)
        {
            json.WriteString(AnnotationNames.Record, record);
        }
        else
        {
            json.WriteNull(AnnotationNames.Record);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>A JSON patch for exactly the version that was seen.</summary>
    public byte[] Roll(SeenWorkload seen, ReloadDecision decision, DateTimeOffset now) => Body(json =>
    {
        json.WriteStartArray();
        Operation(json, "replace", "/metadata/resourceVersion", seen.Workload.Metadata.ResourceVersion);
        bool annotated = seen.Workload.Metadata.Annotations is not null;
        if (decision.Record is { Length: > 0 } record)
        {
            Annotate(json, Annotations, AnnotationNames.Record, record, ref annotated);
        }

        if (decision.Changes.Count > 0)
        {
            Mark(json, seen, decision.Changes, now);
            Pause(json, seen, now, ref annotated);
        }
        else if (decision.Resume)
        {
            Operation(json, "remove", $"{Annotations}/{Escape(options.Names.PausedAt)}");
            Operation(json, "remove", "/spec/paused");
        }

        json.WriteEndArray();
    });

    private void Mark(Utf8JsonWriter json, SeenWorkload seen, IReadOnlyList<SourceChange> changes, DateTimeOffset now)
    {
        if (seen.Wishes.Restart)
        {
            Operation(json, "add", "/spec/restartAt", Time(now));
        }
        else if (options.ByAnnotation)
        {
            PodUse pods = seen.Workload.Pods;
            SourceChange last = changes[^1];
            string mark = ReloadMarks.LastReloadedFrom(seen.Namespace, last, pods.Containers[last.Container].Name, now);
            bool annotated = pods.Annotations is not null;
            if (!pods.HasMetadata)
            {
                Open(json, "add", $"{Template}/metadata");
                json.WriteStartObject("value");
                json.WriteEndObject();
                json.WriteEndObject();
            }

            Annotate(json, $"{Template}/metadata/annotations", AnnotationNames.LastReloadedFrom, mark, ref annotated);
        }
        else
        {
            SetVariables(json, seen.Workload.Pods, changes);
        }
    }

    private static void SetVariables(Utf8JsonWriter json, PodUse pods, IReadOnlyList<SourceChange> changes)
    {
        var listed = pods.Containers.Select(static c => c.HasVariables).ToArray();
        foreach (SourceChange change in changes.DistinctBy(static c => ReloadMarks.VariableOf(c.Source)))
        {
            string name = ReloadMarks.VariableOf(change.Source);
            (int container, int at) = Find(pods, name);
            if (at >= 0)
            {
                Operation(json, "add", $"{Template}/spec/containers/{container}/env/{at}/value", change.PeerHash);
                continue;
            }

            container = change.Container;
            Open(json, "add", listed[container] ? $"{Template}/spec/containers/{container}/env/-" : $"{Template}/spec/containers/{container}/env");
            json.WritePropertyName("value");
            WriteVariable(json, name, change.PeerHash, list: !listed[container]);
            json.WriteEndObject();
            listed[container] = true;
        }
    }

    private static void WriteVariable(Utf8JsonWriter json, string name, string value, bool list)
    {
        if (list)
        {
            json.WriteStartArray();
        }

        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("value", value);
        json.WriteEndObject();
        if (list)
        {
            json.WriteEndArray();
        }
    }

    private static (int Container, int At) Find(PodUse pods, string variable)
    {
        for (int i = 0; i < pods.Containers.Count; i++)
        {
            foreach ((int at, string name, _) in pods.Containers[i].Marks)
            {
                if (name == variable)
                {
                    return (i, at);
                }
            }
        }

        return (-1, -1);
    }

    /// <summary>A Deployment that its owner paused stays as it is.</summary>
    private void Pause(Utf8JsonWriter json, SeenWorkload seen, DateTimeOffset now, ref bool annotated)
    {
        if (seen.Wishes.Pause is not null && !seen.Workload.Paused)
        {
            Annotate(json, Annotations, options.Names.PausedAt, Time(now), ref annotated);
            Open(json, "add", "/spec/paused");
            json.WriteBoolean("value", true);
            json.WriteEndObject();
        }
    }

    private static void Annotate(Utf8JsonWriter json, string at, string name, string value, ref bool annotated)
    {
        if (annotated)
        {
            Operation(json, "add", $"{at}/{Escape(name)}", value);
            return;
        }

        Open(json, "add", at);
        json.WriteStartObject("value");
        json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteEndObject();
        annotated = true;
    }

    private static void Operation(Utf8JsonWriter json, string op, string path, string? value = null)
    {
        Open(json, op, path);
        if (value is not null)
        {
            json.WriteString("value", value);
        }

        json.WriteEndObject();
    }

    private static void Open(Utf8JsonWriter json, string op, string path)
    {
        json.WriteStartObject();
        json.WriteString("op", op);
        json.WriteString("path", path);
    }

    private static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static string Time(DateTimeOffset now) => now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static byte[] Body(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            write(json);
        }

        return buffer.ToArray();
    }
}
