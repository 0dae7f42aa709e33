namespace CsiSecrets.Volumes;

/// <summary>The time that one call may take, its caller's patience included.</summary>
internal sealed class CallDeadline : IDisposable
{
    private readonly CancellationToken caller;
    private readonly CancellationTokenSource timeout;
    private readonly CancellationTokenSource linked;

    public CallDeadline(TimeSpan span, TimeProvider time, CancellationToken caller)
    {
        this.caller = caller;
        timeout = new CancellationTokenSource(span, time);
        linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, caller);
    }

    /// <summary>Cancelled when the time is over or the caller has gone away.</summary>
    public CancellationToken Token => linked.Token;

    /// <summary>Nobody waits for an answer any more.</summary>
    public bool IsAbandoned => caller.IsCancellationRequested;

    /// <summary>The time is over, and somebody still waits for an answer.</summary>
    public bool IsOver => timeout.IsCancellationRequested && !caller.IsCancellationRequested;

    public void Dispose()
    {
        linked.Dispose();
        timeout.Dispose();
    }
}
