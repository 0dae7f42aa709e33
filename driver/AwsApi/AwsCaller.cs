using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using CsiSecrets.Model;

namespace CsiSecrets.AwsApi;

/// <summary>
/// Signs, sends, retries. Throttling and failures of the service or the network are tried again with full jitter, a wrong clock is corrected
/// from the server's, everything else is thrown as <see cref="AwsException"/>. One for the process; credentials come with each call.
/// </summary>
internal sealed class AwsCaller(HttpMessageInvoker http, AwsEnvironment environment, TimeProvider time)
{
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(5);
    private long skewTicks;

    public AwsEnvironment Environment => environment;

    /// <summary>Told of every attempt.</summary>
    public Action<AwsAttempt>? Attempted { get; set; }

    /// <param name="call">What.</param>
    /// <param name="keys">Null for calls that are not signed (web identity).</param>
    /// <param name="read">Reads the answer, which is cleared afterwards. Its <see cref="AwsException"/> counts as the attempt's.</param>
    /// <param name="cancellationToken">Ends attempts and waits.</param>
    public async Task<T> SendAsync<T>(AwsCall call, AwsKeys? keys, Func<ClearedBody, T> read, CancellationToken cancellationToken)
    {
        bool corrected = false;
        for (int attempt = 1; ; attempt++)
        {
            AwsException failure;
            long started = time.GetTimestamp();
            try
            {
                using ClearedBody body = await AttemptAsync(call, keys, cancellationToken);
                T answer = read(body);
                Attempted?.Invoke(new AwsAttempt(call.Service.SigningName, call.Operation, null, false, time.GetElapsedTime(started)));
                return answer;
            }
            catch (AwsException e)
            {
                failure = e;
            }

            Attempted?.Invoke(new AwsAttempt(
                call.Service.SigningName, call.Operation, failure.Code, failure.Reason == FailureReason.Throttled, time.GetElapsedTime(started)));
            if (failure is { Code: ClockCorrected } && !corrected)
            {
                corrected = true;
                continue;
            }

            if (!failure.RegionFailed || attempt >= environment.MaxAttempts)
            {
                throw failure;
            }

            await Task.Delay(environment.RetryDelay ?? DelayOf(attempt, failure.Reason), time, cancellationToken);
        }
    }

    private const string ClockCorrected = "ClockCorrected";

    private static TimeSpan DelayOf(int attempt, FailureReason reason)
    {
        double cap = Math.Min(MaxDelay.TotalMilliseconds, (reason == FailureReason.Throttled ? 500 : 100) * Math.Pow(2, attempt - 1));
        return TimeSpan.FromMilliseconds(1 + (cap * RandomNumberGenerator.GetInt32(1000) / 1000));
    }

    private async Task<ClearedBody> AttemptAsync(AwsCall call, AwsKeys? keys, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(AttemptTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        Uri endpoint = AwsEndpoints.Resolve(call.Service, call.Region, environment);
        try
        {
            using HttpRequestMessage request = RequestOf(call, keys, endpoint);
            using HttpResponseMessage response = await http.SendAsync(request, linked.Token);
            ClearedBody body = await ClearedBody.ReadAsync(response.Content, linked.Token);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                return body;
            }

            using (body)
            {
                throw FailureOf(call, keys, response, body);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException e)
        {
            throw new AwsException(
                FailureReason.ProviderTimeout, call.Operation, "Timeout", $"{endpoint.Host} did not answer within {AttemptTimeout.TotalSeconds:0} s", null, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new AwsException(
                FailureReason.ProviderUnavailable, call.Operation, "Unreachable", $"{endpoint.Host} cannot be reached: {AwsErrors.WhyUnreachable(e)}", null, e);
        }
    }

    private HttpRequestMessage RequestOf(AwsCall call, AwsKeys? keys, Uri endpoint)
    {
        bool json = call.Service.TargetPrefix.Length > 0;
        string type = json ? "application/x-amz-json-1.1" : "application/x-www-form-urlencoded; charset=utf-8";
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ReadOnlyMemoryContent(call.Body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        request.Headers.UserAgent.ParseAdd("csi-secrets");
        if (json)
        {
            request.Headers.TryAddWithoutValidation("X-Amz-Target", call.Service.TargetPrefix + call.Operation);
        }

        if (keys is not null)
        {
            Sign(request, call, keys, endpoint, json);
        }

        return request;
    }

    private void Sign(HttpRequestMessage request, AwsCall call, AwsKeys keys, Uri endpoint, bool json)
    {
        DateTimeOffset at = time.GetUtcNow().AddTicks(Volatile.Read(ref skewTicks));
        var headers = new List<KeyValuePair<string, string>>
        {
            new("content-type", request.Content!.Headers.ContentType!.ToString()),
            new("host", endpoint.IsDefaultPort ? endpoint.IdnHost : $"{endpoint.IdnHost}:{endpoint.Port}"),
            new("x-amz-date", SigV4.TimeText(at)),
        };
        request.Headers.Host = headers[1].Value;
        request.Headers.TryAddWithoutValidation("X-Amz-Date", headers[2].Value);
        if (keys.SessionToken is { } token)
        {
            string text = Encoding.UTF8.GetString(token.Span);
            headers.Add(new("x-amz-security-token", text));
            request.Headers.TryAddWithoutValidation("X-Amz-Security-Token", text);
        }

        if (json)
        {
            headers.Add(new("x-amz-target", call.Service.TargetPrefix + call.Operation));
        }

        string authorization = SigV4.Authorize(
            keys, headers, endpoint.AbsolutePath, call.Body.Span, (call.Region, call.Service.SigningName), at);
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
    }

    private AwsException FailureOf(AwsCall call, AwsKeys? keys, HttpResponseMessage response, ClearedBody body)
    {
        string? Header(string name) => response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;
        (string code, string message) = AwsErrors.Read(body.Span, response.StatusCode, Header("x-amzn-ErrorType"));
        if (keys is { AccessKeyId.Length: > 0 })
        {
            // AWS repeats the id. Where somebody mixed up the two halves of a key, it is the secret one.
            message = message.Replace(keys.AccessKeyId, "(access key id)", StringComparison.Ordinal);
        }

        string? id = Header("x-amzn-RequestId") ?? Header("x-amz-request-id");
        if (AwsErrors.IsSkew(code, message) && response.Headers.Date is { } server)
        {
            long skew = (server - time.GetUtcNow()).Ticks;
            long before = Interlocked.Exchange(ref skewTicks, skew);
            if (Math.Abs(skew - before) > TimeSpan.TicksPerMinute)
            {
                return new AwsException(FailureReason.Unauthenticated, call.Operation, ClockCorrected, message, id);
            }
        }

        return new AwsException(AwsErrors.ReasonOf(code, message, response.StatusCode), call.Operation, code, message, id);
    }
}
