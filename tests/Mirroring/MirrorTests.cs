using CsiSecrets.Kube.Secrets;
using CsiSecrets.Mirroring;
using CsiSecrets.Model;

namespace CsiSecrets.Tests.Mirroring;

/// <summary>Tests that run against the API server of the tests, and against a real one: what the first does, the second does too.</summary>
public abstract class MirrorTests : IAsyncLifetime
{
    private readonly IClusterSeat seat;

    private protected MirrorTests(IClusterSeat seat) => this.seat = seat;

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected Cluster Cluster { get; private set; } = null!;

    private protected SecretMirror Mirror => new(Cluster.Client, Marks.Manager, TimeProvider.System);

    public async ValueTask InitializeAsync() => Cluster = await seat.OpenAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return seat.DisposeAsync();
    }

    private protected async Task<MirrorResult> MirrorAsync(DesiredSecret want, ObservedSecret? seen)
    {
        using (want)
        {
            return await Mirror.ApplyAsync(want, seen, Ct);
        }
    }

    private protected async Task<ObservedSecret> DoneAsync(DesiredSecret want, ObservedSecret? seen = null) => (await MirrorAsync(want, seen)).Secret!;

    private protected static DesiredSecret Labelled(DesiredSecret want, string by) => new()
    {
        Key = want.Key,
        From = want.From,
        Mode = want.Mode,
        Data = want.Data,
        Owners = want.Owners,
        Labels = new Dictionary<string, string> { [$"by-{by}"] = "yes" },
    };

    /// <summary>A Secret as the peer's controller leaves it.</summary>
    private protected Task CreateAsPeerAsync(string name, string manager, string from, string data, string extra)
    {
        string old = extra.Length > 0 ? ",\"old\":\"1\"" : "";
        SecretSet values = Wish.Data(data);
        string encoded = string.Join(',', values.Items.Select(static i => $"\"{i.Key}\":\"{Convert.ToBase64String(i.Value.Span)}\""));
        return Cluster.CreateAsync(
            name,
            manager,
            $$"""
            "labels":{"{{Marks.Managed}}":"true","{{Marks.CreatedBy}}":"{{Marks.CreatedByValue(Cluster.Namespace, from)}}"{{old}}},
            "annotations":{"{{Marks.DataHash}}":"{{PeerHash.OfData(values)}}"{{old}}},
            "ownerReferences":[{"apiVersion":"external-secrets.io/v1","kind":"ExternalSecret","name":"{{from}}","uid":"{{Wish.Uid}}","controller":true,"blockOwnerDeletion":true}]
            """,
            $$""" "type":"Opaque","data":{{{encoded}}} """);
    }
}
