namespace CsiSecrets.Tests.Aws.Hosting;

/// <summary>A clock that tests may put forward; for the executable, whose process has no FakeTimeProvider.</summary>
internal sealed class MovableClock(TimeProvider inner) : TimeProvider
{
    private long _offset;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _offset));

    public override long GetTimestamp() => inner.GetTimestamp();

    public override long TimestampFrequency => inner.TimestampFrequency;
}
