using System.Text;
using System.Text.Json;
using CsiSecrets.JsonQuery;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Tests.Resolution.ExternalSecrets;

/// <summary>Manifests written as YAML in a test.</summary>
internal static class Manifest
{
    public static ExternalSecret Of(string yaml) =>
        JsonSerializer.Deserialize(YamlText.ToJson(Encoding.UTF8.GetBytes(yaml))[0], ManifestJson.Default.ExternalSecret)!;

    /// <summary>An ExternalSecret shop/db with this spec, indented by two.</summary>
    public static ExternalSecret WithSpec(string spec) => Of($"metadata:\n  name: db\n  namespace: shop\n  generation: 3\n  uid: u1\nspec:\n{spec}");

    public static ExternalSecretPlan Plan(string spec) => ExternalSecretReader.Read(WithSpec(spec));

    /// <summary>A plan with one data entry and this target.</summary>
    public static ExternalSecretPlan PlanOfTarget(string target) =>
        Plan("  secretStoreRef: {name: s}\n  data: [{secretKey: k, remoteRef: {key: r}}]\n  target:\n" + target);

    public static SecretSet Values(params (string Name, string Value)[] values)
    {
        var set = new SecretSet();
        foreach ((string name, string value) in values)
        {
            set.Put(name, SecretBytes.FromText(value));
        }

        return set;
    }

    /// <summary><c>name=value</c> of each, in order.</summary>
    public static string[] Show(SecretSet set) => [.. set.Items.Select(i => $"{i.Key}={Encoding.UTF8.GetString(i.Value.Span)}")];

    public static SecretsException Fails(Action action) => Assert.Throws<SecretsException>(action);
}
