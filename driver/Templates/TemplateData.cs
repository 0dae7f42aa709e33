using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates;

/// <summary>The value that a template sees as dot.</summary>
internal sealed class TemplateData
{
    private TemplateData(object? root) => Root = root;

    public static TemplateData Nothing { get; } = new(null);

    internal object? Root { get; }

    /// <summary>Names and bytes, as External Secrets Operator gives them: map[string]string. The bytes are copied.</summary>
    public static TemplateData OfSecrets(IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> secrets)
    {
        GoMap map = new(GoType.String);
        foreach (KeyValuePair<string, ReadOnlyMemory<byte>> secret in secrets)
        {
            map.Set(secret.Key, GoString.Copy(secret.Value.Span));
        }

        return new TemplateData(map);
    }

    /// <summary>A JSON document as Go decodes it: objects are map[string]interface {}, numbers float64.</summary>
    public static TemplateData OfJson(ReadOnlySpan<byte> json) => new(Json.JsonDecoder.Decode(GoString.Copy(json), null));

    internal static TemplateData OfValue(object? root) => new(root);
}
