using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Sync;

namespace CsiSecrets.Tests.Sync;

public sealed class StoreUsersTests
{
    [Fact]
    public void StoreWithoutUsers_IsForgotten()
    {
        var users = new StoreUsers();
        ExternalSecret one = Of("first");
        users.Seen(one, gone: false);
        users.Seen(Of("second"), gone: false);
        Assert.Equal(1, users.Count);

        users.Seen(one, gone: true);

        Assert.Equal(0, users.Count);
    }

    private static ExternalSecret Of(string store) => new()
    {
        Metadata = new ObjectMeta { Namespace = "shop", Name = "app" },
        Spec = new ExternalSecretSpec { SecretStoreRef = new StoreRef { Name = store } },
    };
}
