namespace CsiSecrets.Tests.Harness;

/// <summary>A fixture whose start fails is nobody's to dispose: it takes back what it began itself.</summary>
internal static class Undoing
{
    public static async Task StartAsync(IAsyncDisposable begun, Func<Task> start)
    {
        try
        {
            await start();
        }
        catch
        {
            await begun.DisposeAsync();
            throw;
        }
    }
}
