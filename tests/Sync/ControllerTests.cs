namespace CsiSecrets.Tests.Sync;

/// <summary>Tests with a controller each, at whose provider <c>db</c> is <c>first</c>.</summary>
public abstract class ControllerTests : IAsyncLifetime
{
    /// <summary>An ExternalSecret that has <c>db</c> under the key <c>password</c>.</summary>
    protected const string Simple = "{secretStoreRef: {name: main}, data: [{secretKey: password, remoteRef: {key: db} }]}";

    private protected ControllerUnderTest Controller { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync()
    {
        Controller = await ControllerUnderTest.StartAsync();
        Controller.Remote.Put("db", "first");
    }

    public async ValueTask DisposeAsync()
    {
        await Controller.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
