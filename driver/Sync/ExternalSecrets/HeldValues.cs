using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Sync.ExternalSecrets;

/// <summary>Bounds what all records hold together. Beyond the bound nothing more is held: a repair then reads from the provider.</summary>
internal sealed class HeldValues(long mostBytes)
{
    private long bytes;

    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>Holds it where there is room; says whether the record owns it now.</summary>
    public bool TryHold(SyncRecord record, SyncValues values, DateTimeOffset now)
    {
        long size = SizeOf(values.Rendered!);
        LetGo(record);
        if (Interlocked.Add(ref bytes, size) > mostBytes)
        {
            Interlocked.Add(ref bytes, -size);
            return false;
        }

        record.Hold(values, now);
        return true;
    }

    public void LetGo(SyncRecord record)
    {
        if (record.Held is { } held)
        {
            Interlocked.Add(ref bytes, -SizeOf(held));
            record.LetGo();
        }
    }

    private static long SizeOf(RenderedTarget rendered) => rendered.Data.Items.Sum(static d => (long)d.Value.Length + d.Key.Length);
}
