using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Reload;

/// <summary>The ConfigMap by which Reloader's companions know what is switched on.</summary>
public sealed class MetaInfoTests
{
    [Fact]
    public async Task AskedFor_ItSaysWhatIsSwitchedOn_AndNoAddress()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync(static t =>
        {
            t.Options.MetaInfo = true;
            t.Options.AutoReloadAll = true;
            t.Options.IgnoreConfigMaps = true;
            t.Options.Names.SecretList = "my/list";
            t.Options.WebhookUrl = "https://hooks.example/very-secret";
        });
        await test.UntilAsync(() => test.Api.Get("configmaps", "external-secrets", "reloader-meta-info") is not null, "the ConfigMap");

        JsonObject map = test.Api.Get("configmaps", "external-secrets", "reloader-meta-info")!;
        JsonNode options = JsonNode.Parse((string)map["data"]!["reloaderOptions"]!)!;
        Assert.Equal("reloader", (string?)map["metadata"]!["labels"]!["reloader.stakater.com/meta-info"]);
        Assert.Equal(("my/list", "reloader.stakater.com/auto"), ((string?)options["secretUpdateOnChangeAnnotation"], (string?)options["reloaderAutoAnnotation"]));
        Assert.Equal((true, "env-vars", """["configmaps"]"""), ((bool)options["autoReloadAll"]!, (string?)options["reloadStrategy"], options["resourcesToIgnore"]!.ToJsonString()));
        Assert.Equal("csi-secrets", (string?)JsonNode.Parse((string)map["data"]!["buildInfo"]!)!["edition"]);
        Assert.Equal("external-secrets", (string?)JsonNode.Parse((string)map["data"]!["deploymentInfo"]!)!["namespace"]);
        Assert.DoesNotContain("very-secret", map.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_TheRestGoesOn_AndUnasked_NothingIsWritten()
    {
        await using ReloadUnderTest refused = await ReloadUnderTest.StartAsync(static t =>
        {
            t.Options.MetaInfo = true;
            t.Api.Fault = static route => route is { Verb: "patch", Resource: "configmaps" } ? new() { Code = 403 } : null;
        });
        await refused.RecordedAsync();

        await using ReloadUnderTest unasked = await ReloadUnderTest.StartAsync();
        await unasked.RecordedAsync();

        Assert.Empty(unasked.Api.All("configmaps"));
    }
}
