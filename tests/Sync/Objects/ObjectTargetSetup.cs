using CsiSecrets.Tests.Fakes;

namespace CsiSecrets.Tests.Sync.Objects;

/// <summary>The controller with generic targets switched on, a kind of a namespace and one of the cluster, and one secret.</summary>
public abstract class ObjectTargetSetup : IAsyncLifetime
{
    private protected const string Ns = ControllerUnderTest.Ns;
    private protected const string Map = "{secretStoreRef: {name: main}, target: {manifest: {apiVersion: v1, kind: ConfigMap} }, data: [{secretKey: password, remoteRef: {key: db} }]}";

    private protected ControllerUnderTest Controller { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Controller = await ControllerUnderTest.StartAsync(static c =>
        {
            c.Options.Sync.GenericTargets = true;
            c.Api.Serve(new FakeKubeApiKind("example.com/v1", "apps", "App", true));
            c.Api.Serve(new FakeKubeApiKind("example.com/v1", "worlds", "World", false));
        });
        Controller.Remote.Put("db", "first");
    }

    public async ValueTask DisposeAsync()
    {
        await Controller.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The <c>data</c> of a ConfigMap.</summary>
    private protected string? Data(string name) => Controller.Api.Get("configmaps", Ns, name)?["data"]?.ToJsonString();

    private protected Task ReadyAsync(string beginsWith) => Controller.ReadyAsync(beginsWith);
}
