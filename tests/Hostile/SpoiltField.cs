using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Hostile;

/// <summary>One way to spoil a field: its new value as JSON, or null for none at all.</summary>
/// <param name="What">For the report of a failed test.</param>
/// <param name="Path">With <c>[0]</c> for each list.</param>
/// <param name="Json">The value.</param>
/// <param name="Says">How the message must name it.</param>
internal sealed record SpoiltField(string What, string Path, string? Json, string Says)
{
    /// <summary>Stands for U+D800, which no text of .NET's JSON can hold.</summary>
    private const string HalfASurrogate = "\uE000";

    private static readonly string[] Names =
        ["", "..", ".", "../other", "/etc/passwd", "a/b", "a\0b", "a\nlevel=info msg=fine", " ", "a b", "ключ", "сreds", new('a', 300), new('a', 100_000), "a%2f..", "a\u202eb", HalfASurrogate];

    private static readonly string[] Texts = ["nonsense", "..", "/etc/passwd", "a\0b", "a\nlevel=info", new('a', 300), " "];

    /// <summary>Every way that the schema itself calls wrong.</summary>
    public static IEnumerable<SpoiltField> Of(SchemaField field)
    {
        foreach (string json in WrongTypes(field))
        {
            yield return new SpoiltField("type " + json, field.Place, json, field.IsMap && json.StartsWith('{') ? field.Place + ".k" : field.Place);
        }

        foreach (string required in field.Required)
        {
            yield return new SpoiltField("without " + required, $"{field.Place}.{required}", null, $"{field.Place}.{required}");
        }

        foreach (string text in field.Words.Count > 0 ? Texts.Append(field.Words[0].ToUpperInvariant() + "x") : field.HasPattern ? Names : [])
        {
            yield return new SpoiltField("text " + Short(text), field.Place, Quoted(text), field.Place);
        }
    }

    /// <summary>The manifest's spec with this one thing wrong.</summary>
    public JsonNode In(JsonObject spec)
    {
        var spoilt = new JsonObject { ["spec"] = spec.DeepClone() };
        string[] steps = Path.Replace("[0]", ".0", StringComparison.Ordinal).Split('.');
        JsonNode at = spoilt;
        foreach (string step in steps[..^1])
        {
            at = (at is JsonArray list ? list[int.Parse(step)] : at[step]) ?? throw new InvalidOperationException($"no {step} of {Path} in {spec}");
        }

        JsonNode? value = Json is null ? null : JsonNode.Parse(Json);
        switch (at)
        {
            case JsonArray list:
                list[int.Parse(steps[^1])] = value;
                break;
            case JsonObject map when Json is null:
                map.Remove(steps[^1]);
                break;
            default:
                at[steps[^1]] = value;
                break;
        }

        return spoilt["spec"]!;
    }

    public static string Quoted(string text) => JsonValue.Create(text).ToJsonString();

    /// <summary>The spec as text; only here half a surrogate can be written.</summary>
    public string TextIn(JsonObject spec) => In(spec).ToJsonString().Replace("\\uE000", "\\ud800", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> WrongTypes(SchemaField field) => field.Type switch
    {
        "string" => ["5", "true", """{"a":"b"}""", """["x"]"""],
        "object" when field.IsMap => ["\"text\"", "[\"x\"]", """{"k":5}""", """{"k":null}""", """{"k":{"a":"b"}}"""],
        "object" when field.Path.EndsWith("[]", StringComparison.Ordinal) => ["\"text\"", "5", "null", "[]"],
        "object" => ["\"text\"", "5", "[\"x\"]"],
        "array" => ["\"text\"", """{"a":"b"}""", "true"],
        "boolean" => ["\"yes\"", "1", "{}"],
        "integer" => ["\"x\"", "1.5", "99999999999999", "{}"],
        _ => ["true", "{}", "[]"],
    };

    private static string Short(string text) => text.Length > 20 ? $"{text.Length} characters" : text.Replace('\0', '0');
}
