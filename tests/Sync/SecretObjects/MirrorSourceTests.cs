using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Sync.SecretObjects;

/// <summary>In whose name a class is read, and whose a Secret is when classes change places.</summary>
public sealed class MirrorSourceTests
{
    private const string Ns = MirrorUnderTest.Ns;

    [Fact]
    public async Task Token_IsForTheProviderAlone_AndBoundToThePod()
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync();
        mirror.Class("app", "db");
        string uid = mirror.Pod("web-1", "app");

        await mirror.ValueAsync("hunter2");

        JsonNode claims = Claims(Assert.Single(mirror.Provider.Shown.Distinct()));
        Assert.Equal($$"""["{{FakeProvider.Audience}}"]""", claims["aud"]!.ToJsonString());
        Assert.Equal($"system:serviceaccount:{Ns}:web", (string?)claims["sub"]);
        Assert.Equal(("web-1", uid), ((string?)claims["kubernetes.io"]!["pod"]!["name"], (string?)claims["kubernetes.io"]!["pod"]!["uid"]));
    }

    [Fact]
    public async Task TokenWithoutAPod_IsTheServiceAccountsThatTheClassNames()
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync();
        mirror.Class("app", "fake", ["db"], account: "other");

        await mirror.ValueAsync("hunter2");

        JsonNode claims = Claims(mirror.Provider.Shown.First());
        Assert.Equal($"system:serviceaccount:{Ns}:other", (string?)claims["sub"]);
        Assert.Null(claims["kubernetes.io"]!["pod"]);
    }

    [Fact]
    public async Task SecretThatMovesToAnotherClass_IsNeverDeletedInBetween()
    {
        await using MirrorUnderTest mirror = await MirrorUnderTest.StartAsync();
        mirror.Class("app", "db", "moved");
        mirror.Pod("web-1", "app");
        await mirror.ValueAsync("hunter2", "moved");
        await Wait.UntilAsync(() => mirror.Entry("app", "moved") is not null, "status");
        string uid = (string)mirror.Controller.Secret("moved")!["metadata"]!["uid"]!;
        mirror.Class("next", "moved");
        mirror.Pod("web-2", "next");
        await Wait.UntilAsync(() => mirror.Entry("next", "moved")?["error"] is not null, "that it is app's");

        mirror.Class("app", "db");
        await Wait.UntilAsync(() => mirror.Entry("app", "moved") is null, "app lets go");
        await mirror.Controller.PassUntilAsync(() => mirror.Entry("next", "moved")?["error"] is null, TimeSpan.FromMinutes(5), "it is next's");

        Assert.Equal(uid, (string?)mirror.Controller.Secret("moved")!["metadata"]!["uid"]);
        Assert.Equal("hunter2", mirror.Value("moved"));
    }

    private static JsonNode Claims(string token) => JsonNode.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Split('.')[1])))!;
}
