using System.Globalization;
using System.Text.Json;
using CsiSecrets.Model;

namespace CsiSecrets.AwsApi.Credentials;

/// <summary>The JSON protocol of the agents on a node (Pod Identity, container, instance metadata).</summary>
internal sealed class CredentialEndpoint(HttpMessageInvoker http, AwsEnvironment environment, TimeProvider time)
{
    private volatile string? lastGood;

    /// <summary>Told of every attempt.</summary>
    public Action<AwsAttempt>? Attempted { get; set; }

    /// <summary>Asks one address after the other. One that answered before is asked first; a refusal is final, silence is not.</summary>
    public async Task<AwsKeys> GetFirstAsync(IReadOnlyList<Uri> endpoints, SecretBytes token, CancellationToken cancellationToken)
    {
        AwsException? failure = null;
        foreach (Uri endpoint in endpoints.OrderByDescending(e => e.AbsoluteUri == lastGood))
        {
            try
            {
                AwsKeys keys = await GetKeysAsync(endpoint, "Authorization", System.Text.Encoding.UTF8.GetString(token.Span), cancellationToken);
                lastGood = endpoint.AbsoluteUri;
                return keys;
            }
            catch (AwsException e) when (e.RegionFailed)
            {
                failure = failure is null ? e : new AwsException(e.Reason, "PodIdentity", e.Code, $"{failure.Message}; {e.Message}", null, e);
            }
        }

        throw failure ?? new AwsException(FailureReason.Internal, "PodIdentity", "NoEndpoint", "no address of the agent is configured", null);
    }

    public async Task<AwsKeys> GetKeysAsync(Uri endpoint, string header, string? value, CancellationToken cancellationToken)
    {
        using ClearedBody body = await SendAsync(HttpMethod.Get, endpoint, header, value, cancellationToken);
        return AnswerReading.Read("GetCredentials", body, Keys);
    }

    public async Task<ClearedBody> SendAsync(
        HttpMethod method, Uri endpoint, string? header, string? value, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await CountedAsync(method, endpoint, header, value, cancellationToken);
            }
            catch (AwsException e) when (attempt < 3 && e.RegionFailed && e.Code is not ("Unreachable" or "Timeout"))
            {
                await Task.Delay(TimeSpan.FromMilliseconds((100 << attempt) + Random.Shared.Next(100)), time, cancellationToken);
            }
        }
    }

    private async Task<ClearedBody> CountedAsync(
        HttpMethod method, Uri endpoint, string? header, string? value, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        AwsException? failure = null;
        try
        {
            return await AttemptAsync(method, endpoint, header, value, cancellationToken);
        }
        catch (AwsException e)
        {
            failure = e;
            throw;
        }
        finally
        {
            Attempted?.Invoke(new AwsAttempt(
                "agent", "GetCredentials", failure?.Code, failure?.Reason == FailureReason.Throttled, time.GetElapsedTime(started)));
        }
    }

    private async Task<ClearedBody> AttemptAsync(
        HttpMethod method, Uri endpoint, string? header, string? value, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(environment.AgentTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        using var request = new HttpRequestMessage(method, endpoint);
        if (header is not null && value is not null)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, linked.Token);
            ClearedBody body = await ClearedBody.ReadAsync(response.Content, linked.Token);
            if (response.IsSuccessStatusCode)
            {
                return body;
            }

            using (body)
            {
                (string code, string message) = AwsErrors.Read(body.Span, response.StatusCode, null);
                if (response.Content.Headers.ContentType?.MediaType == "text/plain")
                {
                    message = AwsErrors.Clean(System.Text.Encoding.UTF8.GetString(body.Span).Trim());
                }

                throw new AwsException(AwsErrors.ReasonOf(code, message, response.StatusCode), $"credentials from {endpoint.Authority}", code, message, null);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException e)
        {
            throw new AwsException(
                FailureReason.ProviderTimeout, $"credentials from {endpoint.Authority}", "Timeout",
                $"no answer within {environment.AgentTimeout.TotalSeconds:0.#} s", null, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new AwsException(
                FailureReason.ProviderUnavailable, $"credentials from {endpoint.Authority}", "Unreachable", AwsErrors.WhyUnreachable(e), null, e);
        }
    }

    private static AwsKeys Keys(ref Utf8JsonReader reader)
    {
        string? id = null;
        SecretBytes? secret = null;
        SecretBytes? token = null;
        DateTimeOffset expires = DateTimeOffset.MaxValue;
        AnswerFields.Each(ref reader, (field, ref at) =>
        {
            switch (field)
            {
                case "AccessKeyId":
                    return at.TakeTextOrNull(out id);
                case "SecretAccessKey" when at.TokenType == JsonTokenType.String:
                    secret = SecretBytes.FromJson(ref at);
                    return true;
                case "Token" when at.TokenType == JsonTokenType.String:
                    token = SecretBytes.FromJson(ref at);
                    return true;
                case "Expiration" when at.TokenType == JsonTokenType.String:
                    expires = DateTimeOffset.Parse(at.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
                    return true;
                default:
                    return false;
            }
        });
        return id is not null && secret is not null ? new AwsKeys(id, secret, token, expires) : throw new JsonException();
    }
}
