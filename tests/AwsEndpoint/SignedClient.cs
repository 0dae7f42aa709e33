using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Aws.Signing;

namespace CsiSecrets.Tests.AwsEndpoint;

/// <summary>Signs and sends raw requests. Its canonical form is the verifier's own; that this form is AWS's is shown by the vectors and by the JavaScript SDK.</summary>
internal sealed class SignedClient(Uri url, AccessKey key, TimeProvider time, string region = "us-east-1") : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = url };

    public Task<(int Status, JsonObject Body)> SecretsAsync(string operation, string json) => JsonAsync("secretsmanager", "secretsmanager", operation, json);

    public Task<(int Status, JsonObject Body)> SsmAsync(string operation, string json) => JsonAsync("ssm", "AmazonSSM", operation, json);

    public async Task<(int Status, string Xml)> StsAsync(string form)
    {
        using var answer = await SendAsync("sts", "application/x-www-form-urlencoded", form, null);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task<HttpResponseMessage> SendAsync(string service, string contentType, string body, string? target)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var date = time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["content-type"] = contentType,
            ["host"] = url.Authority,
            ["x-amz-date"] = date,
        };
        if (target is not null)
        {
            headers["x-amz-target"] = target;
        }

        if (key.Token is not null)
        {
            headers["x-amz-security-token"] = key.Token;
        }

        var message = new SignedMessage("POST", "/", [.. headers], bytes);
        var claim = new SignatureClaim
        {
            AccessKeyId = key.Id,
            ScopeDate = date[..8],
            Region = region,
            Service = service,
            Terminator = "aws4_request",
            SignedHeaders = [.. headers.Keys],
            Signature = "",
            Timestamp = date,
        };
        var signature = SignatureVerifier.Sign(CanonicalRequest.Build(message, claim.SignedHeaders), claim, key.Secret);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        foreach (var (name, value) in headers.Where(h => h.Key.StartsWith("x-amz-", StringComparison.Ordinal)))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential={key.Id}/{claim.Scope}, SignedHeaders={string.Join(';', headers.Keys)}, Signature={signature}");
        return await _http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private async Task<(int Status, JsonObject Body)> JsonAsync(string service, string prefix, string operation, string json)
    {
        using var answer = await SendAsync(service, "application/x-amz-json-1.1", json, $"{prefix}.{operation}");
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject());
    }
}
