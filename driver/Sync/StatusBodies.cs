using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace CsiSecrets.Sync;

/// <summary>Merge patches of a status.</summary>
internal static class StatusBodies
{
    public static ReadOnlyMemory<byte> Of<T>(T status, JsonTypeInfo<T> type)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WritePropertyName("status");
            JsonSerializer.Serialize(json, status, type);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
