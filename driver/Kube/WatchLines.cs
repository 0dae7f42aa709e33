using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube;

/// <summary>Reads a watch: one JSON object on each line.</summary>
internal static class WatchLines
{
    public static async IAsyncEnumerable<WatchEvent<T>> ReadAsync<T>(
        Stream body, ResourceType<T> type, string subject, [EnumeratorCancellation] CancellationToken ct)
        where T : KubeObject
    {
        PipeReader pipe = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 4 * 1024, leaveOpen: true));
        while (true)
        {
            ReadResult read = await pipe.ReadAsync(ct);
            ReadOnlySequence<byte> rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is SequencePosition end)
            {
                ReadOnlySequence<byte> line = rest.Slice(0, end);
                rest = rest.Slice(rest.GetPosition(1, end));
                if (!line.IsEmpty)
                {
                    yield return Parse(line, type, subject);
                }
            }

            pipe.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted)
            {
                // A last line without its end was cut off: the next watch brings it again.
                await pipe.CompleteAsync();
                yield break;
            }
        }
    }

    private static WatchEvent<T> Parse<T>(ReadOnlySequence<byte> line, ResourceType<T> type, string subject)
        where T : KubeObject
    {
        var reader = new Utf8JsonReader(line, ManifestReading.Options);
        Utf8JsonReader held = default;
        bool found = false;
        string kind = "";
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                kind = reader.GetString() ?? "";
            }
            else if (reader.ValueTextEquals("object"u8))
            {
                reader.Read();
                held = reader;
                found = true;
                reader.Skip();
            }
            else
            {
                reader.Skip();
            }
        }

        return found ? Read(ref held, kind, type, subject) : throw new JsonException("a watch event has no object");
    }

    private static WatchEvent<T> Read<T>(ref Utf8JsonReader value, string kind, ResourceType<T> type, string subject)
        where T : KubeObject
    {
        if (kind == "ERROR")
        {
            ApiStatus status = JsonSerializer.Deserialize(ref value, ManifestJson.Default.ApiStatus) ?? new ApiStatus();
            int code = status.Code ?? 500;
            return code == 410 || status.Reason is "Expired" or "Gone"
                ? new WatchEvent<T>(WatchKind.Expired, null, "")
                : throw KubeErrors.ToException(subject, (System.Net.HttpStatusCode)code, status);
        }

        T item = ManifestReading.Read(ref value, type.Json) ?? throw new JsonException("a watch event's object is null");
        return kind switch
        {
            "ADDED" => new(WatchKind.Added, item, item.Metadata.ResourceVersion),
            "MODIFIED" => new(WatchKind.Modified, item, item.Metadata.ResourceVersion),
            "DELETED" => new(WatchKind.Deleted, item, item.Metadata.ResourceVersion),
            "BOOKMARK" => new(WatchKind.Bookmark, null, item.Metadata.ResourceVersion),
            _ => throw new SecretsException(FailureReason.KubernetesUnavailable, subject, $"the watch sent an event of type {kind}", ""),
        };
    }
}
