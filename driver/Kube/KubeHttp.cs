using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using CsiSecrets.Kube.Connection;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube;

/// <summary>
/// Sends calls over HTTP/2: bounded in number, bounded in time, repeated where that is safe. It has no rate limit of its own: the server's
/// priority and fairness says 429 when it wants less.
/// </summary>
internal sealed class KubeHttp : IDisposable
{
    private const int Attempts = 5;
    private const int InFlight = 32;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly KubeConnection connection;
    private readonly TimeProvider time;
    private readonly ILogger<KubeHttp> log;
    private readonly HttpClient http;
    private readonly SemaphoreSlim gate = new(InFlight, InFlight);

    // A server behind a gateway has a path of its own, e.g. https://gateway/k8s/clusters/c1.
    private readonly string prefix;
    private KubeCredential current = KubeCredential.None;

    public KubeHttp(KubeConnection connection, TimeProvider time, ILogger<KubeHttp> log)
    {
        this.connection = connection;
        this.time = time;
        this.log = log;
        prefix = connection.Server.AbsolutePath.TrimEnd('/');
        http = new HttpClient(Handler(), disposeHandler: true) { BaseAddress = connection.Server, Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Told of every request that was sent.</summary>
    public Action<KubeAttempt>? Attempted { get; set; }

    /// <summary>Host and port of the server.</summary>
    public string Host => connection.Server.Authority;

    /// <summary>Asked before each call that may change something is sent, each repetition included. False: it is not sent.</summary>
    public Func<KubeRequest, bool> MayWrite { get; set; } = static _ => true;

    /// <summary>Calls under way; streams do not count.</summary>
    public int Running => InFlight - gate.CurrentCount;

    public void Dispose()
    {
        http.Dispose();
        gate.Dispose();
    }

    /// <summary>Sends and reads within the request's time. A refusal that is no answer for the caller's reader is thrown.</summary>
    /// <param name="read">Reads a 2xx answer.</param>
    /// <param name="absent">What a 404 for the named object means.</param>
    public async Task<T> SendAsync<T>(KubeRequest request, Func<HttpResponseMessage, CancellationToken, Task<T>> read, T absent, CancellationToken ct)
    {
        for (int attempt = 1; ; attempt++)
        {
            (T result, SecretsException? failure, TimeSpan? again) = await OnceAsync(request, read, absent, attempt, ct);
            if (failure is null)
            {
                return result;
            }

            if (again is not TimeSpan wait || attempt == Attempts)
            {
                throw failure;
            }

            KubeLog.Retrying(log, request.Subject, attempt, failure.Cause);
            await Task.Delay(wait, time, ct);
        }
    }

    /// <summary>Opens a stream that outlives the request's time; only the head of the answer is bounded. The caller disposes it.</summary>
    public async Task<HttpResponseMessage> OpenAsync(KubeRequest request, CancellationToken ct)
    {
        using CancellationTokenSource limit = new(request.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            return await SendOnceAsync(request, both.Token);
        }
        catch (HttpRequestException e)
        {
            throw KubeErrors.Unreachable(request.Subject, connection.Server, e);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw KubeErrors.TimedOut(request.Subject, request.Timeout);
        }
    }

    private async Task<(T Result, SecretsException? Failure, TimeSpan? Again)> OnceAsync<T>(
        KubeRequest request, Func<HttpResponseMessage, CancellationToken, Task<T>> read, T absent, int attempt, CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        using CancellationTokenSource limit = new(request.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        bool again = request.Idempotent;
        try
        {
            using HttpResponseMessage response = await SendOnceAsync(request, both.Token);
            if (response.IsSuccessStatusCode)
            {
                again = request.Idempotent && !request.ReadOnce;
                return (await read(response, both.Token), null, null);
            }

            ApiStatus status = await KubeErrors.ReadStatusAsync(response, both.Token);
            return KubeErrors.IsAbsent(response.StatusCode, status)
                ? (absent, null, null)
                : (absent, KubeErrors.ToException(request.Subject, response.StatusCode, status), WaitAfter(request, response, attempt));
        }
        catch (HttpRequestException e)
        {
            // Before there is a connection nothing was sent, so that any call may be repeated.
            bool safe = again || e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError;
            return (absent, KubeErrors.Unreachable(request.Subject, connection.Server, e), safe ? Backoff(attempt) : null);
        }
        catch (Exception e) when (e is IOException or System.Text.Json.JsonException)
        {
            return (absent, KubeErrors.Unreadable(request.Subject, e), again ? Backoff(attempt) : null);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return (absent, KubeErrors.TimedOut(request.Subject, request.Timeout), null);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(KubeRequest request, CancellationToken ct)
    {
        HttpResponseMessage response = await SendAsAsync(request, renew: false, ct);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return response;
        }

        response.Dispose();
        return await SendAsAsync(request, renew: true, ct);
    }

    private async Task<HttpResponseMessage> SendAsAsync(KubeRequest request, bool renew, CancellationToken ct)
    {
        KubeCredential credential = await connection.Credential(renew, ct);
        Volatile.Write(ref current, credential);
        using var message = new HttpRequestMessage(request.Method, prefix + request.PathAndQuery)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.Accept.ParseAdd("application/json");
        message.Headers.UserAgent.ParseAdd("csi-secrets");
        if (credential.Token is { Length: > 0 } token)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (!request.Body.IsEmpty)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType);
        }

        if (request.Method != HttpMethod.Get && !MayWrite(request))
        {
            throw KubeErrors.LeadsNoMore(request.Subject);
        }

        int? code = null;
        long began = time.GetTimestamp();
        try
        {
            HttpResponseMessage response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ct);
            code = (int)response.StatusCode;
            return response;
        }
        finally
        {
            Attempted?.Invoke(new KubeAttempt(request, code, time.GetElapsedTime(began)));
        }
    }

    private static TimeSpan? WaitAfter(KubeRequest request, HttpResponseMessage response, int attempt)
    {
        // A 429 is said before the call is carried out, so that it is safe for every verb.
        bool again = response.StatusCode == HttpStatusCode.TooManyRequests
            || (request.Idempotent && response.StatusCode >= HttpStatusCode.InternalServerError);
        if (!again)
        {
            return null;
        }

        TimeSpan asked = response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero;
        TimeSpan own = Backoff(attempt);
        return asked > LongestWait ? LongestWait : asked > own ? asked : own;
    }

    private static TimeSpan Backoff(int attempt) => Jitter.Around(TimeSpan.FromMilliseconds(100 << attempt));

    private SocketsHttpHandler Handler() => new()
    {
        // One connection as long as the server's limit of streams allows; beyond it calls would wait for a watch to end.
        EnableMultipleHttp2Connections = true,
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
        ConnectTimeout = TimeSpan.FromSeconds(10),
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            TargetHost = connection.ServerName,
            RemoteCertificateValidationCallback = connection.Trust.Accepts,
            LocalCertificateSelectionCallback = (_, _, _, _, _) => Volatile.Read(ref current).Certificate!,
        },
    };
}
