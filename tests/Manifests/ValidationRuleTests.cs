using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cel;
using CsiSecrets.JsonQuery;
using CsiSecrets.Model;
using CsiSecrets.Resolution.ExternalSecrets;
using CsiSecrets.Tests.Resolution.ExternalSecrets;

namespace CsiSecrets.Tests.Manifests;

/// <summary>
/// The CEL rules that the variant for newer servers adds, by an evaluator that is not ours: what they refuse, and that the controller says the
/// same where no server has them. Costs and types are checked by a server alone (<see cref="ServerVersionTests"/>).
/// </summary>
public sealed class ValidationRuleTests
{
    private const string Store = "secretStoreRef: {name: s}";
    private const string Entry = "data: [{secretKey: k, remoteRef: {key: r}}]";

    public static TheoryData<string, string, bool> ExternalSecrets()
    {
        var cases = new TheoryData<string, string, bool>();
        foreach (string version in (string[])["v1", "v1beta1"])
        {
            cases.Add(version, $"{{{Store}, {Entry}}}", true);
            cases.Add(version, $"{{{Store}, dataFrom: [{{extract: {{key: r}}}}]}}", true);
            cases.Add(version, $"{{{Store}, data: [], dataFrom: [{{extract: {{key: r}}}}]}}", true);
            cases.Add(version, $"{{{Store}}}", false);
            cases.Add(version, $"{{{Store}, data: [], dataFrom: []}}", false);
            foreach (string creation in (string[])["", "Owner", "Orphan", "Merge", "None"])
            {
                foreach (string deletion in (string[])["", "Retain", "Delete", "Merge"])
                {
                    string target = string.Join(", ", new[] { Field("creationPolicy", creation), Field("deletionPolicy", deletion) }.Where(static f => f.Length > 0));
                    bool valid = deletion switch { "Delete" => creation is "" or "Owner", "Merge" => creation != "None", _ => true };
                    cases.Add(version, $"{{{Store}, {Entry}, target: {{{target}}}}}", valid);
                }
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(ExternalSecrets))]
    public void ExternalSecretSpec_IsAcceptedByTheRules_WhereTheControllerAcceptsIt(string version, string spec, bool valid)
    {
        string[] refused = Refusals("externalsecrets.external-secrets.io", version, spec);

        string told = ToldByController(spec);

        Assert.Equal(valid, refused.Length == 0);
        Assert.Equal(valid, told.Length == 0);
        Assert.All(refused, r => Assert.Contains(r[(r.IndexOf(": ", StringComparison.Ordinal) + 2)..r.LastIndexOf(':')], told, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{provider: aws, parameters: {objects: x}}", true)]
    [InlineData("{provider: '', parameters: {objects: x}}", false)]
    [InlineData("{parameters: {objects: x}}", false)]
    [InlineData("{provider: aws, parameters: {}}", false)]
    [InlineData("{provider: aws}", false)]
    public void ClassSpec_IsAcceptedByTheRules_WhereAMountWould(string spec, bool valid) =>
        Assert.Equal(valid, Refusals("secretproviderclasses.secrets-store.csi.x-k8s.io", "v1", spec).Length == 0);

    private static string Field(string name, string value) => value.Length > 0 ? $"{name}: {value}" : "";

    private static string ToldByController(string spec)
    {
        try
        {
            ExternalSecretReader.Read(Manifest.Of($"{{metadata: {{name: db, namespace: shop}}, spec: {Json(spec)}}}"));
            return "";
        }
        catch (SecretsException e)
        {
            return e.Message;
        }
    }

    /// <summary>The messages of the rules that do not hold.</summary>
    private static string[] Refusals(string crd, string version, string spec)
    {
        JsonNode kind = YamlText.ToJson(File.ReadAllBytes(Path.Combine(Repository.Root, "crds/rendered/newer-servers.yaml")))
            .Select(static d => JsonNode.Parse(d)!).Single(d => (string)d["metadata"]!["name"]! == crd);
        JsonNode schema = kind["spec"]!["versions"]!.AsArray().Single(v => (string)v!["name"]! == version)!["schema"]!["openAPIV3Schema"]!;
        JsonArray rules = schema["properties"]!["spec"]!["x-kubernetes-validations"]!.AsArray();
        var environment = new CelEnvironment([], "");
        var self = new Dictionary<string, object?> { ["self"] = Value(JsonNode.Parse(Json(spec))) };
        return [.. rules.Where(r => environment.Program((string)r!["rule"]!, self) is not true).Select(static r => (string)r!["message"]!)];
    }

    private static string Json(string yaml) => Encoding.UTF8.GetString(YamlText.ToJson(Encoding.UTF8.GetBytes(yaml))[0]);

    private static object? Value(JsonNode? node) => node switch
    {
        JsonObject map => map.ToDictionary(static p => p.Key, static p => Value(p.Value)),
        JsonArray list => list.Select(Value).ToArray(),
        _ => (string?)node,
    };
}
