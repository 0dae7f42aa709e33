using System.Diagnostics;

namespace CsiSecrets.Templates.Execution;

/// <summary>What one render may still use: time, steps, bytes allocated, calls of expensive functions.</summary>
internal sealed class RenderBudget
{
    private const int StepsBetweenLooks = 256;

    private readonly TemplateLimits limits;
    private readonly TimeProvider clock;
    private readonly CancellationToken cancellation;
    private readonly long startedAt;
    private long steps;
    private long bytes;
    private TimeSpan excluded;

    public RenderBudget(TemplateLimits limits, TimeProvider clock, CancellationToken cancellation)
    {
        this.limits = limits;
        this.clock = clock;
        this.cancellation = cancellation;
        startedAt = clock.GetTimestamp();
    }

    public TemplateLimits Limits => limits;

    public CancellationToken Cancellation => cancellation;

    /// <summary>Steps so far.</summary>
    public long Steps => steps;

    /// <summary>Bytes charged so far.</summary>
    public long Charged => bytes;

    /// <summary>Bytes that may still be charged.</summary>
    public int BytesLeft => (int)Math.Clamp(limits.AllocatedBytes - bytes, 0, int.MaxValue);

    public int ExpensiveCalls { get; private set; }

    /// <summary>Counts one step (a node, an element, a comparison).</summary>
    public void Step()
    {
        if (++steps % StepsBetweenLooks == 0)
        {
            Look();
        }
    }

    /// <summary>Counts many steps at once.</summary>
    public void Step(long count)
    {
        long before = steps;
        steps = count > long.MaxValue - steps ? long.MaxValue : steps + count;
        if (before / StepsBetweenLooks != steps / StepsBetweenLooks)
        {
            Look();
        }
    }

    /// <summary>Counts what took much time, and looks at the clock at once.</summary>
    public void StepAndLook(long count)
    {
        steps += count;
        Look();
    }

    /// <summary>Charges an allocation before it is made.</summary>
    public void Charge(long count)
    {
        Debug.Assert(count >= 0, "an allocation has a size");
        bytes = count > long.MaxValue - bytes ? long.MaxValue : bytes + count;
        if (bytes > limits.AllocatedBytes)
        {
            throw new LimitException($"the template needs more than {limits.AllocatedBytes} bytes of memory");
        }
    }

    public void ChargeExpensiveCall(string function)
    {
        if (!limits.AllowExpensive)
        {
            throw new LimitException($"function {function} is switched off here: it is expensive");
        }

        if (++ExpensiveCalls > limits.ExpensiveCalls)
        {
            throw new LimitException($"more than {limits.ExpensiveCalls} calls of expensive functions in one render");
        }
    }

    /// <summary>Takes the duration of one expensive call, or of the wait for its turn, out of the render's time.</summary>
    public void Exclude(TimeSpan duration) => excluded += duration;

    private void Look()
    {
        cancellation.ThrowIfCancellationRequested();
        if (steps > limits.Steps)
        {
            throw new LimitException($"the template takes more than {limits.Steps} steps");
        }

        if (clock.GetElapsedTime(startedAt) - excluded > limits.Time)
        {
            throw new LimitException($"the template runs longer than {limits.Time.TotalMilliseconds:0} ms");
        }
    }
}
