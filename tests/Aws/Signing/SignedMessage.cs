using Microsoft.AspNetCore.Http.Features;

namespace CsiSecrets.Tests.Aws.Signing;

/// <summary>A request as it stood on the wire: the target is never decoded, headers keep their order and duplicates.</summary>
internal sealed class SignedMessage(string method, string target, IReadOnlyList<KeyValuePair<string, string>> headers, byte[] body)
{
    public string Method { get; } = method;

    public string Path { get; } = target.Split('?', 2)[0];

    public string Query { get; } = target.Contains('?', StringComparison.Ordinal) ? target.Split('?', 2)[1] : "";

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; } = headers;

    public byte[] Body { get; } = body;

    public string? Header(string name)
    {
        foreach (var (key, value) in Headers)
        {
            if (string.Equals(key, name, StringComparison.OrdinalIgnoreCase))
            {
                return value.Trim();
            }
        }

        return null;
    }

    public static async Task<SignedMessage> ReadAsync(HttpContext http, CancellationToken ct)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, ct);
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var (name, values) in http.Request.Headers)
        {
            foreach (var value in values)
            {
                headers.Add(new(name, value ?? ""));
            }
        }

        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (target.StartsWith("http://", StringComparison.Ordinal))
        {
            // As a proxy is asked: what is signed begins after the authority.
            target = target[target.IndexOf('/', "http://".Length)..];
        }

        return new SignedMessage(http.Request.Method, target, headers, body.ToArray());
    }
}
