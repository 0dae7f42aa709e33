using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CsiSecrets.Model.Manifests;

/// <summary>Reads a text that is mostly one of a few, each of which is there once however many objects have it, or a name that was there a moment ago.</summary>
internal sealed class CommonWord : JsonConverter<string>
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Words = new[]
    {
        "None", "Default", "Fetch", "Unicode", "Base64", "Base64URL", "Auto", "Ignore", "Fail", "Owner", "Orphan", "Merge", "CreateOrMerge", "Retain", "Delete",
        "Periodic", "CreatedOnce", "OnChange", "SecretStore", "ClusterSecretStore", "Ready", "True", "False", "Unknown", "SecretSynced", "SecretSyncedError",
        "secret synced", "external-secrets.io/v1", "ExternalSecret", "Replace", "v1", "v2", "Opaque", "1h", "1h0m0s",
    }.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return reader.TokenType == JsonTokenType.Null ? null : throw new JsonException();
        }

        Span<char> text = stackalloc char[64];
        int most = reader.HasValueSequence ? (int)Math.Min(reader.ValueSequence.Length, int.MaxValue) : reader.ValueSpan.Length;
        if (most > text.Length)
        {
            return reader.GetString();
        }

        text = text[..reader.CopyString(text)];
        return Words.TryGetValue(text, out string? word) ? word : RecentStrings.Of(text);
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
