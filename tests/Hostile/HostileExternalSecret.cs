using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Hostile;

/// <summary>Good specs of an ExternalSecret that have every field between them, and what is wrong with a text where only a person can say it.</summary>
internal static class HostileExternalSecret
{
    private const string Store = """{"name":"main","kind":"SecretStore"}""";
    private const string Remote = """{"key":"db","property":"a","version":"1","metadataPolicy":"None","conversionStrategy":"Default","decodingStrategy":"None","nullBytePolicy":"Ignore"}""";
    private const string Find = """{"path":"","name":{"regexp":"^d"},"tags":{"k":"v"},"conversionStrategy":"Default","decodingStrategy":"None","nullBytePolicy":"Ignore"}""";
    private const string Generator = """{"apiVersion":"generators.external-secrets.io/v1alpha1","kind":"Password","name":"pw"}""";

    private static readonly string[] Specs =
    [
        Spec("""{"configMap":{"name":"cm","items":[{"key":"t","templateAs":"Values"}]},"target":"Data","valuesDecodingStrategy":"None"}""",
            $$$"""{"secretKey":"password","remoteRef":{{{Remote}}},"sourceRef":{"storeRef":{{{Store}}} } }""",
            $$$"""{"extract":{{{Remote}}},"rewrite":[{"regexp":{"source":"a","target":"b"}}]}"""),
        Spec("""{"secret":{"name":"cm","items":[{"key":"t","templateAs":"Values"}]}}""",
            $$$"""{"secretKey":"password","sourceRef":{"generatorRef":{{{Generator}}} } }""",
            $$$"""{"find":{{{Find}}},"rewrite":[{"transform":{"template":"x"}}],"sourceRef":{"storeRef":{{{Store}}} } }"""),
        Spec("""{"literal":"x: y"}""",
            $$$"""{"secretKey":"password","remoteRef":{{{Remote}}} }""",
            $$$"""{"sourceRef":{"generatorRef":{{{Generator}}} },"rewrite":[{"merge":{"strategy":"JSON","into":"x","priority":["a"],"priorityPolicy":"Strict","conflictPolicy":"Error"}}]}"""),
        Spec("""{"literal":"x: y"}""", $$$"""{"secretKey":"password","remoteRef":{{{Remote}}} }""", $$$"""{"extract":{{{Remote}}} }""", ",\"manifest\":{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\"}"),
    ];

    /// <summary>Texts that are wrong, by field.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Texts = new Dictionary<string, string[]>
    {
        ["spec.refreshInterval"] = ["soon", "-", "1", "5 m", "99999999999999999h", "1h\n", new('9', 100_000)],
        ["spec.syncWindows.windows[].schedule"] = ["", "daily", "* * * *", "60 * * * *", "* * * * * *", "@every", "@every never", "*/0 * * * *", "5-1 * * * *", new('*', 100_000), "1,\0 * * * *"],
        ["spec.syncWindows.windows[].duration"] = ["", "soon", "0s", "-1h", "99999999h"],
        ["spec.target.manifest.apiVersion"] = [""],
        ["spec.target.manifest.kind"] = [""],
        ["spec.target.template.type"] = ["bootstrap.kubernetes.io/token"],
        ["spec.target.template.templateFrom[].target"] = ["Nowhere", "spec.data", "..", "a\nb", new('x', 100_000)],
        ["spec.data[].remoteRef.key"] = [""],
        ["spec.dataFrom[].extract.key"] = [""],
        ["spec.dataFrom[].find.name.regexp"] = ["((", "(?<=a)b", "((((a{0,999}){0,999}){0,999}){0,999})", new('(', 100_000), "[z-a]", "\\"],
        ["spec.dataFrom[].rewrite[].regexp.source"] = ["((", "(?<=a)b", new('(', 100_000), "((((a{0,999}){0,999}){0,999}){0,999})"],
        ["spec.dataFrom[].rewrite[].transform.template"] = ["{{", "{{ if }}", "{{ nosuch .value }}", "{{ " + new string('(', 50_000) + " }}"],
    };

    /// <summary>Fields for which no text is wrong when the manifest is read, and why.</summary>
    public static readonly IReadOnlyDictionary<string, string> Exempt = new Dictionary<string, string>
    {
        ["spec.target.template.metadata.finalizers[]"] = "the API server's own rule: its answer is the condition",
        ["spec.target.template.templateFrom[].literal"] = "a template is read when it is rendered: HostileRenderTests",
        ["spec.data[].remoteRef.property"] = "a path in a value that is not there yet: BombTests",
        ["spec.data[].remoteRef.version"] = "the provider's own: what it does not have is absent",
        ["spec.dataFrom[].extract.property"] = "as for data",
        ["spec.dataFrom[].extract.version"] = "as for data",
        ["spec.dataFrom[].find.path"] = "a prefix in the provider's own name space",
        ["spec.data[].sourceRef.generatorRef.apiVersion"] = "generators are refused whatever they are",
        ["spec.dataFrom[].sourceRef.generatorRef.apiVersion"] = "as for data",
        ["spec.dataFrom[].rewrite[].regexp.target"] = "any replacement is one; the key that it makes is checked",
        ["spec.dataFrom[].rewrite[].merge.into"] = "empty for the strategy JSON is an error of its own; the key is checked when it is made",
        ["spec.dataFrom[].rewrite[].merge.priority[]"] = "keys that are there or not, by priorityPolicy",
    };

    /// <summary>What the schema calls wrong, and the controller takes as something that it knows.</summary>
    public static string? Allows(SpoiltField spoilt) => (spoilt.Path, spoilt.What) switch
    {
        (_, "text ") when !spoilt.Path.EndsWith(".key", StringComparison.Ordinal) && !spoilt.Path.EndsWith("secretKey", StringComparison.Ordinal)
            && !spoilt.Path.Contains("configMap", StringComparison.Ordinal) && !spoilt.Path.Contains(".secret.", StringComparison.Ordinal)
            && !spoilt.Path.Contains("generatorRef.name", StringComparison.Ordinal) => "empty is absent",
        (_, "without items") => "no items make nothing",
        (_, "without target" or "without source" or "without template") => "an empty text is one",
        _ when spoilt.Path.EndsWith("generatorRef.kind", StringComparison.Ordinal) && spoilt.What.StartsWith("text", StringComparison.Ordinal) => "generators are refused whatever they are",
        _ => null,
    };

    public static IReadOnlyList<SchemaField> Fields { get; } = SchemaField.Of("externalsecrets");

    public static TheoryData<string> Paths => [.. Fields.Select(static f => f.Path)];

    /// <summary>Every way to spoil the field that must be refused.</summary>
    public static IReadOnlyList<SpoiltField> Ways(string path)
    {
        SchemaField field = Fields.Single(f => f.Path == path);
        return
        [
            .. SpoiltField.Of(field).Where(static s => Allows(s) is null),
            .. Texts.GetValueOrDefault(path, []).Select(t => new SpoiltField($"text of {t.Length}: {(t.Length > 40 ? "" : t)}", field.Place, SpoiltField.Quoted(t), field.Place)),
        ];
    }

    /// <summary>A good spec with the field in it, and the target of that name.</summary>
    public static JsonObject Around(string place, string target) => Specs.Select(s => (JsonObject)JsonNode.Parse(s.Replace("TARGET", target, StringComparison.Ordinal))!)
        .First(s => Has(s, place));

    private static bool Has(JsonObject spec, string place)
    {
        JsonNode? at = new JsonObject { ["spec"] = spec.DeepClone() };
        foreach (string step in place.Replace("[0]", ".0", StringComparison.Ordinal).Split('.'))
        {
            at = at switch
            {
                JsonArray list => list.Count > 0 ? list[0] : null,
                JsonObject map => map[step],
                _ => null,
            };
        }

        return at is not null;
    }

    private static string Spec(string templateFrom, string data, string dataFrom, string target = "") =>
        $$$"""
        {"secretStoreRef":{{{Store}}},"refreshPolicy":"Periodic","refreshInterval":"1h",
         "syncWindows":{"kind":"deny","windows":[{"schedule":"0 0 1 1 *","duration":"1m"}]},
         "target":{"name":"TARGET","creationPolicy":"Owner","deletionPolicy":"Retain","immutable":false{{{target}}},
          "template":{"engineVersion":"v2","type":"Opaque","mergePolicy":"Merge","metadata":{"labels":{"a":"b"},"annotations":{"a":"b"},"finalizers":["example.com/f"]},
           "data":{"conf":"x"},"templateFrom":[{{{templateFrom}}}]}},
         "data":[{{{data}}}],"dataFrom":[{{{dataFrom}}}]}
        """;
}
