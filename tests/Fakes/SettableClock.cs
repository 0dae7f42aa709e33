using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Fakes;

/// <summary>A clock that can be set as a machine's is: the time of day becomes another, while timers and timestamps go on as if nothing was.</summary>
internal sealed class SettableClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan off;

    public void Set(TimeSpan by) => off += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + off;

    public override long GetTimestamp() => base.GetUtcNow().UtcTicks;
}
