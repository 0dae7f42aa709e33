using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Fakes;

/// <summary>A clock that can be set as a machine's is: the time of day becomes another, while timers and timestamps go on as if nothing was.</summary>
internal sealed class SettableClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan off;
    private TimeSpan still;

    public void Set(TimeSpan by) => off += by;

    /// <summary>As if the process had stood still: the time has passed, and no timer has run yet.</summary>
    public void StandStill(TimeSpan span) => (off, still) = (off + span, still + span);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + off;

    public override long GetTimestamp() => (base.GetUtcNow() + still).UtcTicks;
}
