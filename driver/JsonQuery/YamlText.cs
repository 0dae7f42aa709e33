using System.Text;

namespace CsiSecrets.JsonQuery;

/// <summary>
/// YAML as Kubernetes reads it (sigs.k8s.io/yaml over yaml.v2: YAML 1.1 booleans and octals for plain scalars, merge keys), turned into JSON.
/// Stricter in one point: a key given twice in a mapping is an error.
/// </summary>
internal static class YamlText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Compact UTF-8 JSON for each document that is not empty. Throws <see cref="YamlTextException"/>.</summary>
    public static IReadOnlyList<byte[]> ToJson(ReadOnlySpan<byte> yaml) => [.. Read(yaml, YamlLimits.Default).Select(one => one.ToJson())];

    /// <summary>The documents that are not empty, in order. Throws <see cref="YamlTextException"/>.</summary>
    public static IReadOnlyList<YamlDocument> Read(ReadOnlySpan<byte> yaml) => Read(yaml, YamlLimits.Default);

    /// <inheritdoc cref="Read(ReadOnlySpan{byte})"/>
    public static IReadOnlyList<YamlDocument> Read(ReadOnlySpan<byte> yaml, YamlLimits limits)
    {
        if (yaml.Length > limits.MaxBytes)
        {
            throw new YamlTextException($"the YAML is larger than {limits.MaxBytes} bytes", 0, 0);
        }

        string text;
        try
        {
            text = Strict.GetString(yaml);
        }
        catch (DecoderFallbackException)
        {
            throw new YamlTextException("the YAML is not UTF-8", 0, 0);
        }

        return new YamlReader(text.TrimStart('\uFEFF'), limits).ReadAll();
    }
}
