using CsiSecrets.Hosting;
using CsiSecrets.Local;
using CsiSecrets.Posix;
using CsiSecrets.Tests.Fakes;

namespace CsiSecrets.Tests.Local;

/// <summary>The local mode in this process, for a folder of its own, on a tmpfs that every machine has.</summary>
internal sealed class LocalUnderTest : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CancellationTokenSource stop = new();
    private readonly string place;
    private LocalWorkspace? workspace;
    private LocalHost? host;
    private Task running = Task.CompletedTask;

    public LocalUnderTest()
    {
        Mounts = FolderMounts.Create(["/dev/shm"]);
        place = Path.Combine(Mounts.Root, $"t-{Guid.NewGuid().ToString("N")[..8]}");
        Console = new LocalConsole(Out, Errors);
    }

    public FolderMounts Mounts { get; }

    public Lines Out { get; } = new();

    public Lines Errors { get; } = new();

    public LocalConsole Console { get; }

    public string Target(string pod, string volume = "secrets") => Path.Combine(workspace!.Root, "default", pod, volume);

    public string Root => workspace!.Root;

    public static string Pod(string name, string className = "shop", string more = "") => $$$$"""
        apiVersion: v1
        kind: Pod
        metadata: {name: {{{{name}}}}}
        spec:
          {{{{more}}}}
          volumes:
            - name: secrets
              csi: {driver: secrets-store.csi.k8s.io, readOnly: true, volumeAttributes: {secretProviderClass: {{{{className}}}}}}

        """;

    public static string Class(string objects, string name = "shop", string provider = "local") => $$$$"""
        apiVersion: secrets-store.csi.x-k8s.io/v1
        kind: SecretProviderClass
        metadata: {name: {{{{name}}}}}
        spec: {provider: {{{{provider}}}}, parameters: {objects: "{{{{objects}}}}"}}

        """;

    public LocalUnderTest Write(string name, string text)
    {
        File.WriteAllText(folder[name], text);
        return this;
    }

    public LocalUnderTest Delete(string name)
    {
        File.Delete(folder[name]);
        return this;
    }

    public LocalUnderTest Start()
    {
        var options = new LocalOptions { Folder = folder.Path, Store = folder["secrets.yaml"] };
        workspace = LocalWorkspace.Take(folder.Path, place, Mounts);
        host = new LocalHost(options, workspace, Mounts, Console, TimeProvider.System);
        running = host.RunAsync(stop.Token);
        return this;
    }

    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (host is not null)
        {
            await host.DisposeAsync();
        }

        workspace?.Dispose();
        Assert.False(Directory.Exists(place));
        stop.Dispose();
        folder.Dispose();
    }
}
