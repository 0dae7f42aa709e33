using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube;

/// <summary>Reads objects from JSON. A <see cref="UserManifest"/> that does not fit its kind is read in part, so that one bad manifest does not
/// hide the good ones beside it.</summary>
internal static class ManifestReading
{
    /// <summary>An API server lets JSON be 10,000 deep, and what it preserves of unknown fields may be so; the list is around it.</summary>
    private const int MaxDepth = 11_000;

    private const string NoText = "the object: a name in it is no text";

    private static readonly string[] AlwaysRead = ["apiVersion", "kind", "metadata"];

    public static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>Reads the whole text as one object.</summary>
    public static T? Read<T>(ReadOnlySpan<byte> text, JsonTypeInfo<T> json)
    {
        var reader = new Utf8JsonReader(text, Options);
        reader.Read();
        return Read(ref reader, json);
    }

    /// <summary>Reads the object that the reader stands on; it must be there whole.</summary>
    public static T? Read<T>(ref Utf8JsonReader reader, JsonTypeInfo<T> json)
    {
        if (!IsUsers<T>())
        {
            return JsonSerializer.Deserialize(ref reader, json);
        }

        Utf8JsonReader start = reader;
        string? problem;
        try
        {
            problem = ManifestShape.Problem(reader);
            if (problem is null)
            {
                return JsonSerializer.Deserialize(ref reader, json);
            }
        }
        catch (JsonException e)
        {
            problem = Problem(e);
        }
        catch (InvalidOperationException)
        {
            problem = NoText;
        }

        reader = start;
        using JsonDocument whole = JsonDocument.ParseValue(ref reader);
        return ReadInPart(whole.RootElement, json, problem);
    }

    /// <summary>What a whole text of a <see cref="UserManifest"/> has that no reader expects; null where nothing.</summary>
    public static string? ShapeProblem(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, Options);
        reader.Read();
        return ManifestShape.Problem(reader);
    }

    public static bool IsUsers<T>() => typeof(UserManifest).IsAssignableFrom(typeof(T));

    /// <summary>Only the path of the framework's message: the rest could quote the text.</summary>
    public static string Problem(JsonException e) => $"{(e.Path is { Length: > 2 } path ? path[2..] : "the object")}: not of the type that this field has";

    /// <summary>The metadata, and of status and spec each member that can be read on its own.</summary>
    private static T ReadInPart<T>(JsonElement whole, JsonTypeInfo<T> json, string problem)
    {
        T read = Attempt(whole, json, new Kept(false, []), out JsonException? failure) ?? throw failure!;
        var kept = new Kept(Attempt(whole, json, new Kept(true, []), out _) is not null, []);
        read = kept.Status ? Attempt(whole, json, kept, out _)! : read;
        foreach (string member in whole.TryGetProperty("spec", out JsonElement spec) && spec.ValueKind == JsonValueKind.Object ? Names(spec) : [])
        {
            var more = new Kept(kept.Status, [.. kept.Spec, member]);
            if (Attempt(whole, json, more, out _) is { } better)
            {
                (kept, read) = (more, better);
            }
        }

        return (T)(object)((UserManifest)(object)read! with { Unreadable = problem });
    }

    private static string[] Names(JsonElement spec)
    {
        try
        {
            return [.. spec.EnumerateObject().Select(static p => p.Name).Distinct(StringComparer.Ordinal)];
        }
        catch (InvalidOperationException)
        {
            return [];
        }
    }

    private static T? Attempt<T>(JsonElement whole, JsonTypeInfo<T> json, Kept kept, out JsonException? failure)
    {
        failure = null;
        byte[] text = Part(whole, kept);
        var reader = new Utf8JsonReader(text, Options);
        reader.Read();
        try
        {
            return ManifestShape.Problem(reader) is null ? JsonSerializer.Deserialize(ref reader, json) : default;
        }
        catch (JsonException e)
        {
            failure = e;
            return default;
        }
    }

    private static byte[] Part(JsonElement whole, Kept kept)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartObject();
            foreach (string name in kept.Status ? AlwaysRead.Append("status") : AlwaysRead)
            {
                Copy(writer, whole, name);
            }

            if (kept.Spec.Count > 0)
            {
                writer.WriteStartObject("spec");
                foreach (string name in kept.Spec)
                {
                    Copy(writer, whole.GetProperty("spec"), name);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return text.WrittenSpan.ToArray();
    }

    /// <summary>As it stands: a writer of JSON would refuse texts that are none.</summary>
    private static void Copy(Utf8JsonWriter writer, JsonElement from, string name)
    {
        if (from.TryGetProperty(name, out JsonElement value))
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
        }
    }

    /// <param name="Status">Whether the status is read.</param>
    /// <param name="Spec">The members of the spec that are.</param>
    private sealed record Kept(bool Status, IReadOnlyList<string> Spec);
}
