using System.Collections.Concurrent;
using System.Net;
using CsiSecrets.Hosting;
using CsiSecrets.Model;
using CsiSecrets.Reload.Alerts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace CsiSecrets.Tests.Reload;

/// <summary>Alerts and the webhook, over a real HTTP server.</summary>
public sealed class AlertTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> received = new();
    private WebApplication? app;
    private int code = 200;

    private string Url => app!.Urls.First() + "/hook?key=hidden";

    [Theory]
    [InlineData((int)AlertSink.Raw, "text/plain; charset=utf-8 east : Reloader detected changes in db")]
    [InlineData((int)AlertSink.Slack, """application/json {"attachments":[{"text":"east : Reloader detected changes in *db*","color":"good","author_name":"Reloader"}]}""")]
    [InlineData((int)AlertSink.Teams, """application/json {"text":"east : Reloader detected changes in *db*"}""")]
    [InlineData((int)AlertSink.GoogleChat, """application/json {"text":"east : Reloader detected changes in *db*"}""")]
    public async Task AnAlert_HasTheFormOfItsSink(int sink, string body)
    {
        using var client = new AlertClient(new AlertOptions { Enabled = true, Sink = (AlertSink)sink, Url = Url, Info = "east" }, TimeProvider.System);

        await client.TellAsync("Reloader detected changes in *db*", TestContext.Current.CancellationToken);

        Assert.Equal([body], received);
    }

    [Fact]
    public async Task AlertsThatNobodyAskedFor_AreNotSent()
    {
        using var client = new AlertClient(new AlertOptions { Url = Url }, TimeProvider.System);

        await client.TellAsync("x", TestContext.Current.CancellationToken);

        Assert.Empty(received);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(500)]
    public async Task ARefusal_IsToldWithoutTheAddress(int answer)
    {
        code = answer;
        using var client = new AlertClient(new AlertOptions { Enabled = true, Url = Url }, TimeProvider.System);

        SecretsException e = await Assert.ThrowsAsync<SecretsException>(() => client.TellAsync("x", TestContext.Current.CancellationToken));

        Assert.Contains($"answered with {answer}", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", e.ToString(), StringComparison.Ordinal);
        Assert.Single(received);
    }

    [Fact]
    public async Task TheWebhook_TakesThePlaceOfTheRollout_Once()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync(t => t.Options.WebhookUrl = Url);
        await test.RecordedAsync();

        test.Secret("two");
        await test.PassUntilAsync(() => !received.IsEmpty && test.Patches() == 2, "the call and the record");
        await test.PassAsync(20);

        Assert.Equal(["""application/json {"webhook":"update successful"}"""], received);
        Assert.Empty(test.Mark());
    }

    [Fact]
    public void Flags_AreReloaders()
    {
        (ControllerOptions options, IReadOnlyList<string> errors) = ControllerOptions.Read(
            ["--enable-reloader", "--reload-strategy=annotations", "--namespaces-to-ignore=a,b", "--namespace-selector=team:x,env:*", "--resources-to-ignore=configMaps",
             "--ignored-workload-types=jobs,cronjobs", "--secret-annotation=my/list", "--is-Argo-Rollouts=true", "--sync-after-restart"]);

        Assert.Empty(errors);
        Assert.True(options.Reload is { Enabled: true, ByAnnotation: true, IgnoreConfigMaps: true, IgnoreSecrets: false, IgnoreJobs: true, IgnoreCronJobs: true });
        Assert.Equal(["a", "b"], options.Reload.IgnoredNamespaces);
        Assert.Equal("team=x,env", options.Reload.NamespaceSelector);
        Assert.Equal("my/list", options.Reload.Names.SecretList);
    }

    [Theory]
    [InlineData("--reload-strategy=restart")]
    [InlineData("--webhook-url=ftp://x")]
    [InlineData("--resources-to-ignore=pods")]
    [InlineData("--reload-window=soon")]
    public void AWrongFlag_IsNamed(string flag) =>
        Assert.Contains(flag.Split('=')[0], Assert.Single(ControllerOptions.Read([flag]).Errors), StringComparison.Ordinal);

    public async ValueTask InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://{IPAddress.Loopback}:0");
        app = builder.Build();
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            received.Enqueue($"{context.Request.ContentType} {await reader.ReadToEndAsync(context.RequestAborted)}");
            context.Response.StatusCode = code;
            context.Response.Headers.Location = code == 302 ? "/elsewhere" : default;
        });
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync() => await app!.DisposeAsync();
}
