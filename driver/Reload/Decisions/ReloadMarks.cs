using System.Text;
using System.Text.Json;
using CsiSecrets.Reload.Sources;
using CsiSecrets.Reload.Workloads;

namespace CsiSecrets.Reload.Decisions;

/// <summary>The marks that Reloader leaves on pod templates: written so that it recognises ours, read so that we recognise its. Pure.</summary>
internal static class ReloadMarks
{
    /// <summary>E.g. <c>STAKATER_APP_DB_SECRET</c>: upper case, each run of other characters one underscore.</summary>
    public static string VariableOf(SourceKey source)
    {
        var name = new StringBuilder(WorkloadReader.MarkPrefix);
        bool gap = true;
        foreach (char c in source.Name.ToUpperInvariant())
        {
            bool valid = char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c);
            if (valid || !gap)
            {
                name.Append(valid ? c : '_');
            }

            gap = !valid;
        }

        return name.Append('_').Append(source.Word).ToString();
    }

    /// <summary>The annotations strategy's mark: what was reloaded from, in the members and the order that Reloader writes.</summary>
    public static string LastReloadedFrom(string ns, SourceChange change, string container, DateTimeOffset now)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", change.Source.Word);
            json.WriteString("name", change.Source.Name);
            json.WriteString("namespace", ns);
            json.WriteString("hash", change.PeerHash);
            json.WriteStartArray("containerRefs");
            json.WriteStringValue(container);
            json.WriteEndArray();
            json.WriteNumber("observedAt", now.ToUnixTimeSeconds());
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>Whether the mark is of exactly this content.</summary>
    public static bool IsLastReloadedFrom(string? mark, SourceKey source, string peerHash)
    {
        if (mark is null)
        {
            return false;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(mark);
            JsonElement root = document.RootElement;
            return Is(root, "type", source.Word) && Is(root, "name", source.Name) && Is(root, "hash", peerHash);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool Is(JsonElement root, string member, string wanted) => root.ValueKind == JsonValueKind.Object
        && root.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.ValueEquals(wanted);
}
