using System.Text.Json;
using CsiSecrets.Model;
using CsiSecrets.Tests.Sync;

namespace CsiSecrets.Tests.Hostile;

/// <summary>The life of a synced Secret, and its failures: values are in the Secret's data and nowhere else.</summary>
public sealed class ControllerMarkerTests
{
    private const string First = "mark<1>\"st&secret/+marker é";
    private const string Second = "mark<2>\"nd&secret/+marker é";

    [Theory]
    [MemberData(nameof(Betrayals.Templates), MemberType = typeof(Betrayals))]
    public async Task Template_ThatWouldQuoteAValue_TellsNobody(string template)
    {
        await using ControllerUnderTest controller = await ControllerUnderTest.StartAsync();
        controller.Remote.Put("db", First);
        controller.ExternalSecret($"{{secretStoreRef: {{name: main}}, target: {{template: {{data: {{conf: {JsonSerializer.Serialize(template)}}}}}}}, data: [{{secretKey: db, remoteRef: {{key: db}}}}]}}");
        await ControllerUnderTest.UntilAsync(() => controller.Ready().Length > 0, "a condition");
        AssertNone(controller);
    }

    [Fact]
    public async Task WholeLife_TellsNobody()
    {
        await using ControllerUnderTest controller = await ControllerUnderTest.StartAsync();
        controller.Remote.Put("db", First);
        controller.ExternalSecret("{secretStoreRef: {name: main}, refreshInterval: 1m, data: [{secretKey: password, remoteRef: {key: db} }]}");
        await controller.SyncedAsync();
        AssertNone(controller);

        controller.Remote.Put("db", Second);
        await controller.PassUntilAsync(() => controller.Data()!["password"] == Second, TimeSpan.FromMinutes(3), "the new value");
        var drifted = controller.Secret()!;
        drifted["data"]!["password"] = Convert.ToBase64String("edited"u8);
        controller.Api.Put("secrets", drifted.ToJsonString());
        await controller.PassUntilAsync(() => controller.Data()!["password"] == Second, TimeSpan.FromMinutes(3), "the repair");
        AssertNone(controller);

        controller.Remote.Fail = static call => call == "db" ? new SecretsException(FailureReason.AccessDenied, "db", "denied", "allow it") : null;
        await controller.PassUntilAsync(() => controller.Ready().StartsWith("False", StringComparison.Ordinal), TimeSpan.FromMinutes(5), "the failure");
        controller.Remote.Fail = static _ => null;
        controller.Remote.Called = static () => throw new JsonException($"cannot read {Second}");
        await controller.PassAsync(TimeSpan.FromMinutes(2));
        controller.Remote.Called = static () => { };
        AssertNone(controller);

        await controller.RestartAsync();
        await controller.PassUntilAsync(() => controller.Ready().StartsWith("True", StringComparison.Ordinal), TimeSpan.FromMinutes(10), "the recovery");
        controller.Api.Delete("externalsecrets", ControllerUnderTest.Ns, "app");
        await controller.PassAsync(TimeSpan.FromSeconds(10));
        AssertNone(controller);
    }

    [Theory]
    [InlineData("property: a.b.c")]
    [InlineData("property: '#(a==\"x\").b'")]
    [InlineData("decodingStrategy: Base64")]
    [InlineData("decodingStrategy: Base64URL")]
    [InlineData("version: none-such")]
    [InlineData("metadataPolicy: Fetch")]
    [InlineData("nullBytePolicy: Fail")]
    public async Task Value_ThatDoesNotFitItsEntry_TellsNobody(string fields)
    {
        await using ControllerUnderTest controller = await ControllerUnderTest.StartAsync();
        controller.Remote.Put("db", "{\"a\": \"" + First);
        controller.ExternalSecret($"{{secretStoreRef: {{name: main}}, data: [{{secretKey: db, remoteRef: {{key: db, {fields}}}}}], dataFrom: [{{extract: {{key: db}}}}]}}");
        await ControllerUnderTest.UntilAsync(() => controller.Ready().Length > 0, "a condition");
        AssertNone(controller);
    }

    private static void AssertNone(ControllerUnderTest controller)
    {
        var more = new List<(string, string)> { ("metrics", controller.Meters.Expose()) };
        foreach (string resource in (string[])["externalsecrets", "secretstores", "clustersecretstores", "clusterexternalsecrets"])
        {
            more.AddRange(controller.Api.All(resource).Select(o => (resource, o.ToJsonString())));
        }

        more.AddRange(controller.Api.All("secrets").Select(s => ("Secret's metadata", s["metadata"]!.ToJsonString())));
        new MarkerSearch(First, Second).AssertNone(controller.Api, controller.Logs, [.. more]);
    }
}
