using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Hostile;

/// <summary>A good spec of a store that has every field, and what is wrong with a text where only a person can say it.</summary>
internal static class HostileStore
{
    public static readonly IReadOnlyDictionary<string, string[]> Texts = new Dictionary<string, string[]>
    {
        ["spec.refreshInterval"] = ["\"soon\"", "-5", "1.5", "1e300", "99999999999999999999", "\"-5m\"", "\"9999999999999999h\""],
        ["spec.retrySettings.maxRetries"] = ["-1"],
        ["spec.retrySettings.retryInterval"] = ["\"soon\"", "\"-1s\"", "\"5\"", "\"1s\\n\""],
        ["spec.conditions[].namespaceSelector.matchExpressions[].key"] = ["\"\""],
        ["spec.conditions[].namespaceSelector.matchExpressions[].operator"] = ["\"\"", "\"in\"", "\"Equals\"", "\"In\\n\""],
        ["spec.conditions[].namespaceRegexes[]"] = ["\"((\"", "\"(?<=a)b\"", "\"((((a{0,999}){0,999}){0,999}){0,999})\"", "\"[z-a]\"", "\"" + new string('(', 100_000) + "\""],
    };

    public static readonly IReadOnlyDictionary<string, string> Exempt = new Dictionary<string, string>
    {
        ["spec.controller"] = "another class is another controller's: it is left alone",
        ["spec.conditions[].namespaceSelector.matchExpressions[].values[]"] = "a value that no label can have matches none",
    };

    /// <summary>What the schema calls wrong, and no harm comes of.</summary>
    public static string? Allows(SpoiltField spoilt) => (spoilt.Path, spoilt.What) switch
    {
        ("spec.conditions[0].namespaces[0]", { } what) when what.StartsWith("text", StringComparison.Ordinal) => "no namespace has such a name: it admits none",
        ("spec.provider", "without provider") => "as an empty one",
        _ => null,
    };

    public static IReadOnlyList<SchemaField> Fields { get; } = SchemaField.Of("clustersecretstores");

    public static TheoryData<string> Paths => [.. Fields.Select(static f => f.Path)];

    /// <summary>What a node looks at: it validates no store.</summary>
    public static TheoryData<string> ConditionPaths => [.. Fields.Select(static f => f.Path).Where(static p => p.Contains("conditions", StringComparison.Ordinal) || p == "spec.provider")];

    public static IReadOnlyList<SpoiltField> Ways(string path)
    {
        SchemaField field = Fields.Single(f => f.Path == path);
        return
        [
            .. SpoiltField.Of(field).Where(static s => Allows(s) is null),
            .. Texts.GetValueOrDefault(path, []).Select((t, i) => new SpoiltField($"text{i}", field.Place, t, field.Place)),
        ];
    }

    public static JsonObject Around(string provider = """{"remote":{}}""") => (JsonObject)JsonNode.Parse($$$"""
        {"controller":"default","provider":{{{provider}}},"refreshInterval":300,"retrySettings":{"maxRetries":3,"retryInterval":"1s"},
         "conditions":[{"namespaceSelector":{"matchLabels":{"a":"b"},"matchExpressions":[{"key":"k","operator":"In","values":["v"]}]},"namespaces":["shop"],"namespaceRegexes":["^sh"]}]}
        """)!;
}
