using System.Text;
using CsiSecrets.Model;

namespace CsiSecrets.Tests.Sync;

/// <summary>A marked value is searched for in everything that the controller says, after success and after each kind of failure.</summary>
public sealed class LeakTests
{
    private const string Marker = "M4rkedV4lue";
    private const string Encoded = "TTRya2VkVjRsdWU";

    [Theory]
    [InlineData("{secretStoreRef: {name: main}, data: [{secretKey: a, remoteRef: {key: db} }]}", "True SecretSynced")]
    [InlineData("{secretStoreRef: {name: main}, data: [{secretKey: a, remoteRef: {key: db, property: none} }]}", "False SecretSyncedError")]
    [InlineData("{secretStoreRef: {name: main}, dataFrom: [{extract: {key: db} }]}", "False SecretSyncedError")]
    [InlineData("{secretStoreRef: {name: main}, data: [{secretKey: a, remoteRef: {key: db, decodingStrategy: Base64} }]}", "False SecretSyncedError")]
    [InlineData("{secretStoreRef: {name: main}, target: {template: {data: {x: '{{ .a.b }}'} } }, data: [{secretKey: a, remoteRef: {key: db} }]}", "False SecretSyncedError could not update secret")]
    [InlineData("{secretStoreRef: {name: main}, target: {template: {data: {x: '{{ fail .a }}'} } }, data: [{secretKey: a, remoteRef: {key: db} }]}", "False SecretSyncedError could not update secret")]
    [InlineData("{secretStoreRef: {name: main}, target: {template: {templateFrom: [{literal: '{{ .a }}'}]} }, data: [{secretKey: a, remoteRef: {key: db} }]}", "False SecretSyncedError could not update secret")]
    public async Task TheValue_IsInNoOutput(string spec, string ready)
    {
        await using ControllerUnderTest controller = await ControllerUnderTest.StartAsync();
        controller.Remote.Put("db", $"not json: {Marker}");
        controller.ExternalSecret(spec);
        await controller.ReadyAsync(ready);
        await controller.PassUntilAsync(() => controller.Events().Count > 0, TimeSpan.FromMinutes(1), "an event");
        Search(controller);
    }

    [Fact]
    public async Task TheValue_IsInNoOutput_AfterEditsFightsAndRefusals()
    {
        await using ControllerUnderTest controller = await ControllerUnderTest.StartAsync();
        controller.Remote.Put("db", Marker);
        controller.ExternalSecret("{secretStoreRef: {name: main}, refreshInterval: \"0\", data: [{secretKey: a, remoteRef: {key: db} }]}");
        await controller.SyncedAsync();
        var secret = controller.Secret()!;
        secret["data"]!["a"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"edited {Marker}"));
        controller.Api.Put("secrets", secret.ToJsonString());
        await controller.ReadyAsync("True SecretSynced secret synced: Secret shop/app");
        controller.Remote.Fail = what => what == "db" ? new SecretsException(FailureReason.AccessDenied, "db", "no", "") : null;
        controller.Annotate("externalsecrets", "app", "force-sync", "1");
        await controller.ReadyAsync("False SecretSyncedError");
        await controller.PassUntilAsync(() => controller.Events().Any(e => e.Contains("UpdateFailed", StringComparison.Ordinal)), TimeSpan.FromMinutes(1), "the event");
        Search(controller);
    }

    private static void Search(ControllerUnderTest controller)
    {
        string said = string.Join(
            '\n',
            [
                .. controller.Logs.GetSnapshot().Select(l => $"{l.Message} {l.Exception}"), controller.Meters.Expose(),
                .. controller.Api.All("events").Select(e => e.ToJsonString()), .. controller.Api.All("externalsecrets").Select(e => e.ToJsonString()),
                .. controller.Api.All("secretstores").Select(s => s.ToJsonString()), .. controller.Api.All("secrets").Select(s => s["metadata"]!.ToJsonString()),
            ]);
        Assert.Contains("shop", said, StringComparison.Ordinal);
        Assert.DoesNotContain(Marker, said, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Encoded, said, StringComparison.Ordinal);
    }
}
