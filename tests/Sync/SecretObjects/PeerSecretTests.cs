using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Resolution.SecretObjects;
using CsiSecrets.Sync.SecretObjects;
using CsiSecrets.Tests.Kube;
using CsiSecrets.Tests.Mirroring;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Sync.SecretObjects;

/// <summary>Secrets that secrets-store-csi-driver wrote, on a server that is not ours.</summary>
[Collection(RealSeat.Collection)]
public sealed class PeerSecretTests(RealApiServer server) : MirrorTests(new RealSeat(server))
{
    private const string Peer = "csi-secrets-store";
    private const string Managed = """ "labels":{"secrets-store.csi.k8s.io/managed":"true","old":"1"} """;

    private static readonly OwnerReference Owner = new() { ApiVersion = "apps/v1", Kind = "ReplicaSet", Name = "web", Uid = "11111111-0000-0000-0000-000000000001" };

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));
    private SecretObjectWriter? writer;

    [Fact]
    public async Task SecretThatIsRight_IsNotWritten_AndOneThatDiffersBecomesOursWhole()
    {
        await Cluster.CreateAsync("same", Peer, """ "labels":{"secrets-store.csi.k8s.io/managed":"true"} """, """ "data":{"pw":"eA=="} """);
        await Cluster.CreateAsync("other", Peer, Managed, """ "data":{"pw":"b2xk","gone":"eA=="} """);
        string before = (await Cluster.SeeAsync("same"))!.Metadata.ResourceVersion;

        SecretObjectWritten same = await WriteAsync("same", "x");
        SecretObjectWritten other = await WriteAsync("other", "x", Owner);

        Assert.Equal(before, same.Secret.Metadata.ResourceVersion);
        Assert.Equal("pw=x", await Cluster.DataAsync("other"));
        Assert.Equal(["secrets-store.csi.k8s.io/managed"], other.Secret.Metadata.Labels!.Keys);
        Assert.Equal(["csi-secrets"], other.Secret.Owners.Select(static o => o.Manager));
        Assert.Equal([Owner.Uid], other.Secret.Metadata.OwnerReferences!.Select(static o => o.Uid));
    }

    [Fact]
    public async Task SecondOwner_IsAdded_AndNoneIsTakenAway()
    {
        await WriteAsync("shared", "x", Owner);
        SecretObjectWritten both = await WriteAsync("shared", "x", Owner with { Name = "api", Uid = "11111111-0000-0000-0000-000000000002" });

        Assert.Equal(["web", "api"], both.Secret.Metadata.OwnerReferences!.Select(static o => o.Name));
    }

    [Fact]
    public async Task PeerThatStillWrites_IsLeftAlone_UntilItIsSilent()
    {
        await WriteAsync("fought", "ours");
        await Cluster.EditAsync("fought", Peer, """{"data":{"pw":"dGhlaXJz"}}""");

        SecretObjectWritten held = await WriteAsync("fought", "ours");
        Assert.True(held.PeerIsAtWork);
        Assert.Equal("pw=theirs", await Cluster.DataAsync("fought"));

        time.Advance(TimeSpan.FromMinutes(11));
        Assert.False((await WriteAsync("fought", "ours")).PeerIsAtWork);
        Assert.Equal("pw=ours", await Cluster.DataAsync("fought"));
        Assert.False((await WriteAsync("fought", "ours")).Changed);
    }

    [Fact]
    public async Task SecretOfSomebodyElse_AndAnotherType_AreRefused()
    {
        await Cluster.CreateAsync("mine", "kubectl-create", "", """ "data":{"pw":"bWluZQ=="} """);
        await Cluster.CreateAsync("typed", Peer, Managed, """ "type":"example.com/other","data":{"pw":"eA=="} """);

        SecretsException taken = await Assert.ThrowsAsync<SecretsException>(() => WriteAsync("mine", "x"));
        SecretsException typed = await Assert.ThrowsAsync<SecretsException>(() => WriteAsync("typed", "x"));

        Assert.Equal((FailureReason.TargetOwned, FailureReason.TargetImmutable), (taken.Reason, typed.Reason));
        Assert.Contains("spec.secretObjects", typed.Message, StringComparison.Ordinal);
        Assert.Equal("pw=mine", await Cluster.DataAsync("mine"));
    }

    private async Task<SecretObjectWritten> WriteAsync(string name, string value, params OwnerReference[] owners)
    {
        using SecretSet files = Wish.Data($"password={value}");
        var plan = new SecretObjectPlan
        {
            Name = name,
            Type = "Opaque",
            Labels = new Dictionary<string, string>(),
            Annotations = new Dictionary<string, string>(),
            Keys = [new SecretKeyPlan("pw", "password", null)],
        };
        var manifest = new SecretProviderClass { Metadata = new ObjectMeta { Namespace = Cluster.Namespace, Name = "app" } };
        return await (writer ??= new SecretObjectWriter(Cluster.Client, MirrorHash.OfThisProcess(), time)).WriteAsync(manifest, plan, files, owners, Ct);
    }
}
