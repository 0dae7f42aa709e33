using CsiSecrets.Model;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Tests.Resolution.ExternalSecrets;

public sealed class ExternalSecretReaderTests
{
    private const string Store = "  secretStoreRef: {name: s}\n";
    private const string Data = "  data: [{secretKey: k, remoteRef: {key: r}}]\n";

    [Fact]
    public void Read_SmallestManifest_FillsDefaults()
    {
        ExternalSecretPlan plan = Manifest.Plan(Store + Data);

        Assert.Equal("ExternalSecret shop/db", plan.Subject);
        Assert.Equal(("db", CreationPolicy.Owner, DeletionPolicy.Retain, false), (plan.Target.Name, plan.Target.Creation, plan.Target.Deletion, plan.Target.Immutable));
        Assert.Equal((RefreshPolicy.Periodic, TimeSpan.FromHours(1)), (plan.Refresh.Policy, plan.Refresh.Interval));
        var entry = Assert.IsType<DataEntry>(Assert.Single(plan.Entries));
        Assert.Equal(("k", "r", "", ""), (entry.SecretKey, entry.Remote.Key, entry.Remote.Version, entry.Property));
        Assert.Equal((ValueDecoding.None, NullBytes.Ignore, false), (entry.Decoding, entry.NullBytes, entry.Remote.Metadata));
        Assert.Equal([new StoreKey(StoreKind.SecretStore, "s")], plan.Stores);
    }

    [Fact]
    public void Read_DataAndDataFrom_PutsDataFromFirst()
    {
        ExternalSecretPlan plan = Manifest.Plan(
            """
              secretStoreRef: {name: s, kind: ClusterSecretStore}
              data:
              - secretKey: k
                remoteRef: {key: r, property: a.b, version: v2, metadataPolicy: Fetch, decodingStrategy: Base64URL, nullBytePolicy: Fail}
                sourceRef: {storeRef: {name: other}}
              dataFrom:
              - extract: {key: all, conversionStrategy: Unicode}
              - find: {path: /x, name: {regexp: "^a"}, tags: {t: v}}
                rewrite: [{regexp: {source: a, target: b}}, {transform: {template: "{{ .value }}"}}, {merge: {}}]
            """);

        Assert.Equal(["spec.dataFrom[0]", "spec.dataFrom[1]", "spec.data[0]"], plan.Entries.Select(e => e.Path));
        Assert.Equal(
            [new StoreKey(StoreKind.ClusterSecretStore, "s"), new StoreKey(StoreKind.SecretStore, "other")], plan.Stores);
        Assert.Equal(KeyConversion.Unicode, ((ExtractEntry)plan.Entries[0]).Conversion);
        var find = (FindEntry)plan.Entries[1];
        Assert.Equal(("/x", "^a", "t"), (find.Criteria.Path, find.Criteria.NamePattern, find.Criteria.Tags[0].Key));
        Assert.Equal([typeof(KeyRewrite.Regexp), typeof(KeyRewrite.Transform), typeof(KeyRewrite.Merge)], find.Rewrites.Select(r => r.GetType()));
        var data = (DataEntry)plan.Entries[2];
        Assert.Equal(
            ("a.b", "v2", true, ValueDecoding.Base64Url, NullBytes.Fail),
            (data.Property, data.Remote.Version, data.Remote.Metadata, data.Decoding, data.NullBytes));
    }

    [Theory]
    [InlineData("", "spec: either data or dataFrom should be specified")]
    [InlineData(Data + "  target: {deletionPolicy: Delete, creationPolicy: Merge}", "spec.target.deletionPolicy: deletionPolicy=Delete must not be used")]
    [InlineData(Data + "  target: {deletionPolicy: Delete, creationPolicy: None}", "spec.target.deletionPolicy: deletionPolicy=Delete must not be used")]
    [InlineData(Data + "  target: {deletionPolicy: Delete, creationPolicy: CreateOrMerge}", "spec.target.deletionPolicy: deletionPolicy=Delete must not be used")]
    [InlineData(Data + "  target: {deletionPolicy: Delete, creationPolicy: Orphan}", "spec.target.deletionPolicy: deletionPolicy=Delete must not be used")]
    [InlineData(Data + "  target: {deletionPolicy: Merge, creationPolicy: None}", "nothing to merge with")]
    [InlineData("  dataFrom: [{}]", "spec.dataFrom[0]: one of extract, find and sourceRef.generatorRef must be set")]
    [InlineData("  dataFrom: [{extract: {key: a}, find: {name: {regexp: a}}}]", "cannot be set at the same time")]
    [InlineData("  dataFrom: [{extract: {key: a}, sourceRef: {generatorRef: {kind: Password, name: p}}}]", "cannot be set at the same time")]
    [InlineData("  dataFrom: [{extract: {key: a}, sourceRef: {}}]", "generatorRef or storeRef must be set when using sourceRef")]
    [InlineData("  data: [{secretKey: k, remoteRef: {key: r}}, {secretKey: k, remoteRef: {key: q}}]", "spec.data[1].secretKey: duplicate secretKey found")]
    [InlineData(Data + "  target: {template: {type: bootstrap.kubernetes.io/token}}", "spec.target.template.type: type bootstrap.kubernetes.io/token is not allowed")]
    [InlineData(Data + "  target: {template: {type: kubernetes.io/service-account-token, metadata: {annotations: {kubernetes.io/service-account.name: a}}}}", "is not allowed together with the annotation")]
    [InlineData(Data + "  target: {template: {type: kubernetes.io/service-account-token, templateFrom: [{literal: x, target: annotations}]}}", "whose target is Annotations")]
    [InlineData(Data + "  target: {template: {templateFrom: [{literal: x, target: spec}]}}", "templateFrom[0].target: \"spec\" is no place in a Secret")]
    [InlineData(Data + "  target: {template: {templateFrom: [{literal: x, configMap: {name: c}}]}}", "templateFrom[0]: it has 2 of configMap, secret and literal")]
    [InlineData(Data + "  target: {template: {engineVersion: v1}}", "engineVersion: \"v1\" is not a value that it takes: it is one of v2")]
    [InlineData(Data + "  refreshPolicy: Sometimes", "it is one of Periodic, CreatedOnce, OnChange")]
    [InlineData(Data + "  refreshInterval: often", "spec.refreshInterval: \"often\" is not a duration")]
    [InlineData(Data + "  syncWindows: {kind: allow, windows: [{schedule: '61 * * * *', duration: 1h}]}", "spec.syncWindows.windows[0].schedule: \"61\" is not a minute")]
    [InlineData(Data + "  syncWindows: {kind: sometimes, windows: [{schedule: '@daily', duration: 1h}]}", "it is one of allow, deny")]
    [InlineData(Data + "  syncWindows: {kind: allow}", "spec.syncWindows.windows: it is empty")]
    [InlineData("  data: [{secretKey: 'a b', remoteRef: {key: r}}]", "spec.data[0].secretKey: \"a b\" is no key of a Secret")]
    [InlineData("  data: [{secretKey: a}]", "spec.data[0].remoteRef: it is required")]
    [InlineData("  data: [{secretKey: a, remoteRef: {key: r, decodingStrategy: Rot13}}]", "spec.data[0].remoteRef.decodingStrategy")]
    [InlineData("  dataFrom: [{find: {name: {regexp: '('}}}]", "spec.dataFrom[0].find.name.regexp: error parsing regexp")]
    [InlineData("  dataFrom: [{extract: {key: a}, rewrite: [{}]}]", "spec.dataFrom[0].rewrite[0]: it has 0 of regexp, transform and merge")]
    [InlineData("  dataFrom: [{extract: {key: a}, rewrite: [{transform: {template: '{{'}}]}]", "spec.dataFrom[0].rewrite[0].transform.template: template: transform:1")]
    [InlineData("  dataFrom: [{extract: {key: a}, rewrite: [{merge: {strategy: JSON}}]}]", "spec.dataFrom[0].rewrite[0].merge.into: it is required")]
    [InlineData("  data: [{secretKey: a, remoteRef: {key: r}, sourceRef: {storeRef: {name: S}}}]", "sourceRef.storeRef.name: \"S\" is no name of an object")]
    public void Read_OneWrongField_NamesIt(string spec, string expected)
    {
        SecretsException e = Manifest.Fails(() => Manifest.Plan(Store + spec));

        Assert.Equal(FailureReason.ExternalSecretInvalid, e.Reason);
        Assert.StartsWith("ExternalSecret shop/db: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoStoreAnywhere_NamesEachEntry()
    {
        SecretsException e = Manifest.Fails(() => Manifest.Plan(Data + "  dataFrom: [{extract: {key: a}}, {extract: {key: b}, sourceRef: {storeRef: {name: own}}}]"));

        Assert.Contains("spec.data[0]: no store is named", e.Message, StringComparison.Ordinal);
        Assert.Contains("spec.dataFrom[0]: no store is named", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("spec.dataFrom[1]", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DuplicateKeyUnderMerge_IsAccepted() => Assert.Equal(
        2,
        Manifest.Plan(Store + "  data: [{secretKey: k, remoteRef: {key: r}}, {secretKey: k, remoteRef: {key: q}}]\n  target: {deletionPolicy: Merge}").Entries.Count);

    [Fact]
    public void Read_Generators_AreAcceptedWithoutStore()
    {
        ExternalSecretPlan plan = Manifest.Plan("  dataFrom: [{sourceRef: {generatorRef: {kind: Password, name: p}}}]");

        GeneratorEntry generator = Assert.Single(plan.Generators);
        Assert.Equal(("generators.external-secrets.io/v1alpha1", "Password", "p"), (generator.ApiVersion, generator.Kind, generator.Name));
        Assert.Empty(plan.Stores);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("-1h", 0)]
    [InlineData("1h30m", 5400)]
    public void Read_Interval_IsNeverBelowZero(string interval, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Manifest.Plan(Store + Data + $"  refreshInterval: '{interval}'").Refresh.Interval);

    [Fact]
    public void Read_ManyErrors_TellsAll()
    {
        SecretsException e = Manifest.Fails(() => Manifest.Plan("  data: [{secretKey: 'a b'}]\n  refreshInterval: x\n  target: {creationPolicy: z, name: Z}"));

        Assert.All(
            ["spec.data[0].secretKey", "spec.data[0].remoteRef", "spec.refreshInterval", "spec.target.creationPolicy", "spec.target.name"],
            field => Assert.Contains(field, e.Message, StringComparison.Ordinal));
    }
}
