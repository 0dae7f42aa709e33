using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Fakes;

/// <summary>A clock that can be set as a machine's is: the time of day becomes another, while timers and timestamps go on as if nothing was.</summary>
internal sealed class SettableClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan off;
    private TimeSpan still;
    private int sleepers;

    /// <summary>How many wait now for this clock alone, by <c>Task.Delay</c>. A test that advances it only while all that it plays with sleep lets no
    /// call's time run out, however slow the machine is.</summary>
    public int Sleepers => Volatile.Read(ref sleepers);

    public void Set(TimeSpan by) => off += by;

    /// <summary>As if the process had stood still: the time has passed, and no timer has run yet.</summary>
    public void StandStill(TimeSpan span) => (off, still) = (off + span, still + span);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + off;

    public override long GetTimestamp() => (base.GetUtcNow() + still).UtcTicks;

    // The state of a delay's timer is its task; that of a limit is the source that it cancels.
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (state is not Task)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        var sleep = new Sleep(this);
        return sleep.Until(base.CreateTimer(
            s =>
            {
                sleep.End();
                callback(s);
            },
            state,
            dueTime,
            period));
    }

    private sealed class Sleep : ITimer
    {
        private readonly SettableClock clock;
        private ITimer? timer;
        private int ended;

        public Sleep(SettableClock clock)
        {
            this.clock = clock;
            Interlocked.Increment(ref clock.sleepers);
        }

        public ITimer Until(ITimer alarm)
        {
            timer = alarm;
            return this;
        }

        public void End()
        {
            if (Interlocked.Exchange(ref ended, 1) == 0)
            {
                Interlocked.Decrement(ref clock.sleepers);
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => timer!.Change(dueTime, period);

        public void Dispose()
        {
            End();
            timer!.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            End();
            return timer!.DisposeAsync();
        }
    }
}
