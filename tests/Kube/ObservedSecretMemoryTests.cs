using System.Globalization;
using System.Text.Json;
using CsiSecrets.Kube.Secrets;
using CsiSecrets.Model;

namespace CsiSecrets.Tests.Kube;

/// <summary>The heap is looked at while no other test runs.</summary>
[CollectionDefinition(nameof(ObservedSecretMemoryTests), DisableParallelization = true)]
public sealed class ObservedSecretMemoryCollection;

[Collection(nameof(ObservedSecretMemoryTests))]
public sealed class ObservedSecretMemoryTests
{
    [Fact]
    public void TenThousand_AreSmall()
    {
        var kept = new List<ObservedSecret>(10_000);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int n = 0; n < 10_000; n++)
        {
            kept.Add(Read(Mirrored(n)));
        }

        long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / kept.Count;

        TestContext.Current.TestOutputHelper?.WriteLine($"{each} bytes for each of {kept.Count} mirrored Secrets of three keys");
        Assert.InRange(each, 1, 2048);
        GC.KeepAlive(kept);
    }

    private static string Mirrored(int n)
    {
        using var data = new SecretSet();
        foreach (string key in new[] { "username", "password", "connection-string" })
        {
            data.Put(key, SecretBytes.FromText($"value {n} of {key}"));
        }

        string values = "{" + string.Join(',', data.Items.Select(static i => $"\"{i.Key}\":\"{Convert.ToBase64String(i.Value.Span)}\"")) + "}";
        string owner = Guid.NewGuid().ToString();
        string name = string.Create(CultureInfo.InvariantCulture, $"application-{n}");
        return $$$"""
            {"apiVersion":"v1","kind":"Secret","metadata":{"name":"{{{name}}}","namespace":"team-{{{n / 100}}}","uid":"{{{Guid.NewGuid()}}}","resourceVersion":"{{{n + 1000}}}",
             "creationTimestamp":"2026-01-01T00:00:00Z",
             "labels":{"reconcile.external-secrets.io/managed":"true","reconcile.external-secrets.io/created-by":"{{{PeerHash.OfText(name)}}}"},
             "annotations":{"reconcile.external-secrets.io/data-hash":"{{{PeerHash.OfData(data)}}}"},
             "ownerReferences":[{"apiVersion":"external-secrets.io/v1","kind":"ExternalSecret","name":"{{{name}}}","uid":"{{{owner}}}","controller":true,"blockOwnerDeletion":true}],
             "managedFields":[{"manager":"external-secrets","operation":"Apply","apiVersion":"v1","time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":
              {"f:data":{"f:username":{},"f:password":{},"f:connection-string":{} },"f:metadata":{"f:labels":{"f:reconcile.external-secrets.io/managed":{},"f:reconcile.external-secrets.io/created-by":{} },
               "f:annotations":{"f:reconcile.external-secrets.io/data-hash":{} },"f:ownerReferences":{"k:{\"uid\":\"{{{owner}}}\"}":{".":{},"f:name":{}} } },"f:type":{} } }]},
             "type":"Opaque","data":{{{values}}}}
            """;
    }

    private static ObservedSecret Read(string json) => JsonSerializer.Deserialize(json, SecretTypes.Observed.Json)!;
}
