using CsiSecrets.Templates.Crypto;
using CsiSecrets.Templates.Execution;

namespace CsiSecrets.Templates.Functions;

/// <summary>Runs expensive functions one at a time in the process; their time does not count against the render.</summary>
internal static class ExpensiveCalls
{
    private static readonly SemaphoreSlim Turn = new(1, 1);

    public static object? Run(RenderContext context, string name, FunctionBody body, object?[] arguments)
    {
        context.Budget.ChargeExpensiveCall(name);
        TimeProvider clock = context.Environment.Clock;
        long startedAt = clock.GetTimestamp();
        Turn.Wait(context.Budget.Cancellation);
        try
        {
            return body(context, arguments);
        }
        finally
        {
            ExpensiveFunctions.GiveMemoryBack(name);
            Turn.Release();
            context.Budget.Exclude(clock.GetElapsedTime(startedAt));
        }
    }
}
