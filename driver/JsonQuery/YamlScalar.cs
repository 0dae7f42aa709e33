using System.Text;

namespace CsiSecrets.JsonQuery;

/// <summary>What a scalar means by yaml.v2's rules: an explicit tag, or the look of a plain scalar. Quoted and block scalars are strings.</summary>
internal static class YamlScalar
{
    public const string TagPrefix = "tag:yaml.org,2002:";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The value, or null and the problem when it has no JSON form.</summary>
    public static JsonTree? TryResolve(string tag, bool plain, string text, out string problem)
    {
        problem = "this value is not of the type that its tag says";
        switch (tag)
        {
            case "" when !plain:
            case "!":
            case TagPrefix + "str":
                return JsonTree.Of(text);
            case "":
                problem = "infinity and not-a-number have no JSON form";
                return Plain(text);
            case TagPrefix + "binary":
                problem = "this is not base64 of UTF-8 text";
                return Binary(text);
            case TagPrefix + "bool":
                return OfKind(JsonKind.Boolean, text);
            case TagPrefix + "null":
                return OfKind(JsonKind.Null, text);
            case TagPrefix + "float":
                return OfKind(JsonKind.Number, text);
            case TagPrefix + "int":
                return YamlNumber.Integer(text);
            case TagPrefix + "timestamp":
                return JsonTree.Of(text);
            default:
                problem = "this tag has no JSON form";
                return null;
        }
    }

    private static JsonTree? Plain(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return JsonTree.Null;
            case "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON":
                return JsonTree.True;
            case "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF":
                return JsonTree.False;
            case ".nan" or ".NaN" or ".NAN" or ".inf" or ".Inf" or ".INF":
            case "+.inf" or "+.Inf" or "+.INF" or "-.inf" or "-.Inf" or "-.INF":
                return null;
            default:
                return char.IsAsciiDigit(text[0]) || text[0] is '+' or '-' or '.'
                    ? YamlNumber.Integer(text) ?? YamlNumber.Float(text) ?? JsonTree.Of(text)
                    : JsonTree.Of(text);
        }
    }

    private static JsonTree? OfKind(JsonKind kind, string text) => Plain(text) is { } value && value.Kind == kind ? value : null;

    private static JsonTree? Binary(string text)
    {
        try
        {
            return JsonTree.Of(Strict.GetString(Convert.FromBase64String(text)));
        }
        catch (FormatException)
        {
            return null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
