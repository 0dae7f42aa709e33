using CsiSecrets.Hosting;

namespace CsiSecrets.Tests.Harness;

/// <summary>The HTTP endpoints of a node under test. Each node listens on a loopback address of its own, so that ports never clash.</summary>
internal sealed class Endpoints(NodeOptions options)
{
    private static int last;

    public static string FreeHost()
    {
        int number = Interlocked.Increment(ref last);
        int process = Environment.ProcessId;
        // A process has ten thousand before one comes again: a fixture may hold its own for as long as the whole run lasts.
        return $"127.{1 + (process % 250)}.{1 + (((process / 250 * 40) + (number / 250 % 40)) % 250)}.{1 + (number % 250)}";
    }

    public Task<(int Status, string Text)> LiveAsync() => GetAsync(options.HealthAddress, "/livez");

    public Task<(int Status, string Text)> ReadyAsync() => GetAsync(options.HealthAddress, "/readyz");

    public async Task<string> MetricsAsync() => (await GetAsync(options.MetricsAddress, "/metrics")).Text;

    public static async Task<(int Status, string Text)> GetAsync(string address, string path)
    {
        using var http = new HttpClient();
        using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://{address}{path}"), TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
