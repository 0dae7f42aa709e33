namespace CsiSecrets.Tests.AwsApi;

/// <summary>The system's clock, put forward at will. Waits below five seconds (retries) are over at once; longer ones (timeouts) are real.</summary>
internal sealed class ImpatientTime : TimeProvider
{
    private long offset;

    public void Advance(TimeSpan by) => Interlocked.Add(ref offset, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Volatile.Read(ref offset));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero && dueTime < TimeSpan.FromSeconds(5) ? TimeSpan.Zero : dueTime, period);
}
