using System.Net;
using System.Text;
using System.Text.Json;
using CsiSecrets.Model;

namespace CsiSecrets.Reload.Alerts;

/// <summary>Calls the outside: alerts about reloads, and the webhook in their place. Follows no redirect, waits five seconds, names no address.</summary>
internal sealed class AlertClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly AlertOptions options;
    private readonly TimeProvider time;
    private readonly HttpMessageInvoker http;

    public AlertClient(AlertOptions options, TimeProvider time)
    {
        (this.options, this.time) = (options, time);
        http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = options.Proxy.Length > 0,
            Proxy = options.Proxy.Length > 0 ? new WebProxy(options.Proxy) : null,
        });
    }

    /// <summary>Tells a reload, where that is wanted. The stars around names are Slack's, Teams' and Google Chat's.</summary>
    public Task TellAsync(string message, CancellationToken cancellationToken)
    {
        if (!options.Enabled)
        {
            return Task.CompletedTask;
        }

        string text = options.Info.Length > 0 ? $"{options.Info} : {message}" : message;
        HttpContent content = options.Sink switch
        {
            AlertSink.Slack => Json(JsonSerializer.SerializeToUtf8Bytes(
                new SlackMessage([new SlackAttachment { Text = text }]), ReloadJson.Default.SlackMessage)),
            AlertSink.Teams or AlertSink.GoogleChat => Json(JsonSerializer.SerializeToUtf8Bytes(new TextMessage(text), ReloadJson.Default.TextMessage)),
            _ => new StringContent(text.Replace("*", "", StringComparison.Ordinal), Encoding.UTF8, "text/plain"),
        };
        return PostAsync("the alert", options.Url, content, cancellationToken);
    }

    /// <summary>Calls the webhook that reloads in our place.</summary>
    public Task CallAsync(string url, CancellationToken cancellationToken) =>
        PostAsync("the webhook", url, Json("""{"webhook":"update successful"}"""u8.ToArray()), cancellationToken);

    public void Dispose() => http.Dispose();

    private static ByteArrayContent Json(byte[] body) =>
        new(body) { Headers = { ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/json") } };

    private async Task PostAsync(string what, string url, HttpContent content, CancellationToken cancellationToken)
    {
        using HttpContent owned = content;
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
            using HttpResponseMessage answer = await http.SendAsync(request, either.Token);
            if ((int)answer.StatusCode is < 200 or >= 300)
            {
                throw Failed(what, $"it was answered with {(int)answer.StatusCode}");
            }
        }
        catch (HttpRequestException e)
        {
            throw Failed(what, $"its server cannot be reached ({e.HttpRequestError})");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Failed(what, $"there was no answer in {Patience.TotalSeconds:0} s");
        }
    }

    private static SecretsException Failed(string what, string cause) =>
        new(FailureReason.ProviderUnavailable, what, cause, "check its URL and proxy");
}
