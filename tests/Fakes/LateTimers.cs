using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Fakes;

/// <summary>A clock whose timers fire when the test says so, also after they were disposed: a machine's may have begun to just before.</summary>
internal sealed class LateTimers : FakeTimeProvider
{
    private readonly List<Action> callbacks = [];

    /// <summary>Fires each timer that was ever made.</summary>
    public void Run() => callbacks.ToList().ForEach(static c => c());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        callbacks.Add(() => callback(state));
        return new Idle();
    }

    private sealed class Idle : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
