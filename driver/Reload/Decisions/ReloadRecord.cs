using System.Buffers;
using System.Text;
using System.Text.Json;
using CsiSecrets.Reload.Sources;

namespace CsiSecrets.Reload.Decisions;

/// <summary>
/// What a workload was last seen with, as its annotation holds it: for each source the keyed hash, and for classes those before it. A record of
/// another key, or one that cannot be read, is no record.
/// </summary>
internal sealed class ReloadRecord
{
    /// <summary>The hash of a source that was looked for and not there.</summary>
    public const string Absent = "-";

    /// <summary>How many earlier states of a class are remembered.</summary>
    private const int MostBefore = 4;

    private const string KeyField = "key";
    private const string SeenField = "seen";

    private readonly SortedDictionary<string, IReadOnlyList<string>> seen = new(StringComparer.Ordinal);

    public int Count => seen.Count;

    /// <summary>Null where there is none that this key can read.</summary>
    public static ReloadRecord? Read(string? annotation, string keyId)
    {
        if (annotation is null)
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(annotation);
            JsonElement root = document.RootElement;
            if (root.GetProperty(KeyField).GetString() != keyId)
            {
                return null;
            }

            var record = new ReloadRecord();
            foreach (JsonProperty one in root.GetProperty(SeenField).EnumerateObject())
            {
                record.seen[one.Name] = one.Value.GetString()!.Split(',');
            }

            return record;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or NullReferenceException)
        {
            return null;
        }
    }

    /// <summary>The newest hash; null where the source was never seen.</summary>
    public string? Now(SourceKey source) => seen.TryGetValue(source.ToString(), out IReadOnlyList<string>? hashes) ? hashes[0] : null;

    public bool HadBefore(SourceKey source, string hash) =>
        seen.TryGetValue(source.ToString(), out IReadOnlyList<string>? hashes) && hashes.Skip(1).Contains(hash);

    /// <summary>Keeps what was seen of the source as it is.</summary>
    public void Keep(SourceKey source, ReloadRecord from) => seen[source.ToString()] = from.seen[source.ToString()];

    /// <summary>Notes a new hash in front of those that <paramref name="before"/> has.</summary>
    public void Note(SourceKey source, string hash, ReloadRecord? before)
    {
        IReadOnlyList<string> old = source.Kind == SourceKind.SecretProviderClass && before is not null
            ? before.seen.GetValueOrDefault(source.ToString(), [])
            : [];
        seen[source.ToString()] = [hash, .. old.Where(h => h != hash).Take(MostBefore)];
    }

    public string Write(string keyId)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString(KeyField, keyId);
            json.WriteStartObject(SeenField);
            foreach ((string source, IReadOnlyList<string> hashes) in seen)
            {
                json.WriteString(source, string.Join(',', hashes));
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.WrittenSpan);
    }
}
