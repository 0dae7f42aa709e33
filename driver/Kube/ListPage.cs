using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube;

/// <summary>Reads one page of a list and hands out its items one by one: never more than one item's text is held.</summary>
internal static class ListPage
{
    public static async Task<ListMeta> ReadAsync<T>(Stream body, JsonTypeInfo<T> json, Action<T> each, CancellationToken ct)
    {
        PipeReader pipe = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true));
        var parser = new Parser<T>(json, each);
        while (true)
        {
            ReadResult read = await pipe.ReadAsync(ct);
            SequencePosition consumed = parser.Take(read.Buffer, read.IsCompleted);
            pipe.AdvanceTo(consumed, read.Buffer.End);
            if (read.IsCompleted)
            {
                await pipe.CompleteAsync();
                return parser.Whole ? parser.Meta : throw new JsonException("the list ends early");
            }
        }
    }

    private sealed class Parser<T>(JsonTypeInfo<T> json, Action<T> each)
    {
        private JsonReaderState state = new(ManifestReading.Options);
        private bool inItems;
        private string? property;

        public ListMeta Meta { get; private set; } = new();

        public bool Whole { get; private set; }

        /// <summary>Reads as many whole tokens and items as there are; returns where the next call must begin.</summary>
        public SequencePosition Take(ReadOnlySequence<byte> buffer, bool final)
        {
            var reader = new Utf8JsonReader(buffer, final, state);
            Utf8JsonReader before = reader;
            while (Step(ref reader))
            {
                before = reader;
            }

            state = before.CurrentState;
            return buffer.GetPosition(before.BytesConsumed);
        }

        private bool Step(ref Utf8JsonReader reader)
        {
            if (!reader.Read())
            {
                return false;
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName when reader.CurrentDepth == 1:
                    property = reader.GetString();
                    return true;
                case JsonTokenType.StartArray when reader.CurrentDepth == 1 && property == "items":
                    inItems = true;
                    return true;
                case JsonTokenType.EndArray when inItems && reader.CurrentDepth == 1:
                    inItems = false;
                    return true;
                case JsonTokenType.StartObject when inItems:
                    return TryItem(ref reader);
                case JsonTokenType.StartObject when reader.CurrentDepth == 1 && property == "metadata":
                    return TryMeta(ref reader);
                case JsonTokenType.StartObject or JsonTokenType.StartArray when reader.CurrentDepth >= 1:
                    return reader.TrySkip();
                case JsonTokenType.EndObject when reader.CurrentDepth == 0:
                    Whole = true;
                    return true;
                default:
                    return true;
            }
        }

        private bool TryItem(ref Utf8JsonReader reader)
        {
            Utf8JsonReader probe = reader;
            if (!probe.TrySkip())
            {
                return false;
            }

            if (ManifestReading.Read(ref reader, json) is T item)
            {
                each(item);
            }

            return true;
        }

        private bool TryMeta(ref Utf8JsonReader reader)
        {
            Utf8JsonReader probe = reader;
            if (!probe.TrySkip())
            {
                return false;
            }

            Meta = JsonSerializer.Deserialize(ref reader, ManifestJson.Default.ListMeta) ?? new ListMeta();
            return true;
        }
    }
}
