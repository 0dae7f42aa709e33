namespace CsiSecrets.Tests.Harness;

/// <summary>Waits in real time for what other threads are about to do. No test waits for time to pass: the node's clock is the test's.</summary>
internal static class Wait
{
    /// <summary>So long that only what hangs reaches it: with twenty others on one core a process of the runtime takes half a minute to start.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(condition, () => what);

    /// <param name="condition">What must come about.</param>
    /// <param name="what">Told when it does not: made only then.</param>
    public static async Task UntilAsync(Func<bool> condition, Func<string> what)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"still waiting for: {what()}");
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
