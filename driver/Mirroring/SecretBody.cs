using System.Text.Encodings.Web;
using System.Text.Json;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Mirroring;

/// <summary>Writes the body of an apply, straight from the values into a buffer that is cleared after the call.</summary>
internal static class SecretBody
{
    /// <summary>
    /// A version that no object can have (the store's first write is its second version). With it, an apply makes an object and never
    /// changes one.
    /// </summary>
    public const string MustBeNew = "1";

    /// <param name="want">The values.</param>
    /// <param name="plan">What is said of them, and of the rest.</param>
    /// <param name="live">The Secret's own values, for what is said again; null where nothing is.</param>
    /// <param name="resourceVersion">The version that the plan was made for; empty: any.</param>
    public static ClearedBuffer Write(DesiredSecret want, MirrorPlan plan, SecretSet? live, string resourceVersion)
    {
        using SecretSet data = Values(want, plan, live);
        var buffer = new ClearedBuffer(4096 + data.Items.Sum(static i => (i.Key.Length * 2) + (i.Value.Length * 4 / 3) + 16));
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("apiVersion", "v1");
        json.WriteString("kind", "Secret");
        json.WriteStartObject("metadata");
        json.WriteString("name", want.Key.Name);
        json.WriteString("namespace", want.Key.Namespace);
        if (resourceVersion.Length > 0)
        {
            json.WriteString("resourceVersion", resourceVersion);
        }

        WriteMap(json, "labels", plan.Labels.Said);
        WriteMap(json, "annotations", plan.Annotations.Said, plan.Data.Differs ? Hash(data, plan, live) : null);
        WriteOwners(json, plan.Owners);
        WriteFinalizers(json, plan.Finalizers);
        json.WriteEndObject();
        json.WriteString("type", plan.Type);
        if (plan.Immutable)
        {
            json.WriteBoolean("immutable", true);
        }

        WriteData(json, data);
        json.WriteEndObject();
        json.Flush();
        return buffer;
    }

    private static SecretSet Values(DesiredSecret want, MirrorPlan plan, SecretSet? live)
    {
        SecretSet data = plan.Frozen ? new SecretSet() : want.Data.Share();
        foreach (string key in plan.Data.Restated)
        {
            if (live?.Find(key) is { } value)
            {
                data.Put(key, value.Share());
            }
        }

        return data;
    }

    /// <summary>Of everything that will be there, as the peer has it.</summary>
    private static string Hash(SecretSet data, MirrorPlan plan, SecretSet? live)
    {
        using SecretSet all = data.Share();
        foreach (string key in plan.Data.Foreign)
        {
            if (live?.Find(key) is { } value)
            {
                all.Put(key, value.Share());
            }
        }

        return PeerHash.OfData(all);
    }

    // An empty map would be taken for the data as a whole, others' keys with it.
    private static void WriteData(Utf8JsonWriter json, SecretSet data)
    {
        if (data.Count == 0)
        {
            return;
        }

        json.WriteStartObject("data");
        foreach ((string key, SecretBytes value) in data.Items)
        {
            json.WriteBase64String(key, value.Span);
        }

        json.WriteEndObject();
    }

    private static void WriteMap(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> map, string? hash = null)
    {
        json.WriteStartObject(name);
        foreach ((string key, string value) in map)
        {
            json.WritePropertyName(key);
            json.WriteRawValue(YamlSafeText.Quote(key == Marks.DataHash && hash is not null ? hash : value), skipInputValidation: true);
        }

        json.WriteEndObject();
    }

    private static void WriteOwners(Utf8JsonWriter json, IReadOnlyList<OwnerReference> owners)
    {
        if (owners.Count == 0)
        {
            return;
        }

        json.WriteStartArray("ownerReferences");
        foreach (OwnerReference owner in owners)
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", owner.ApiVersion);
            json.WriteString("kind", owner.Kind);
            json.WriteString("name", owner.Name);
            json.WriteString("uid", owner.Uid);
            if (owner.Controller is bool controller)
            {
                json.WriteBoolean("controller", controller);
            }

            if (owner.BlockOwnerDeletion is bool block)
            {
                json.WriteBoolean("blockOwnerDeletion", block);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFinalizers(Utf8JsonWriter json, IReadOnlyList<string> finalizers)
    {
        if (finalizers.Count == 0)
        {
            return;
        }

        json.WriteStartArray("finalizers");
        foreach (string finalizer in finalizers)
        {
            json.WriteStringValue(finalizer);
        }

        json.WriteEndArray();
    }
}
