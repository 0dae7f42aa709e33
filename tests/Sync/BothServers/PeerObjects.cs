using System.Text;
using CsiSecrets.Kube;
using CsiSecrets.Mirroring;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Kube;

namespace CsiSecrets.Tests.Sync.BothServers;

/// <summary>An ExternalSecret <c>app</c> and its Secret, as External Secrets Operator synced them ten minutes ago: its finalizer, label, hash, owner
/// reference and status, and its two field managers, both of kind Update.</summary>
internal static class PeerObjects
{
    public const string Spec = """{"secretStoreRef":{"name":"main"},"refreshInterval":"1h0m0s","target":{"creationPolicy":"Owner","deletionPolicy":"Retain"},"data":[{"secretKey":"password","remoteRef":{"key":"db"}}]}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task LeaveAsync(PlayedController controller)
    {
        controller.Remote.Put("db", "first");
        AnyObject one = AnyObject.Of(controller.Ns, "app", $$"""{"spec":{{Spec}}}""");
        AnyObject made = await controller.Client.CreateAsync(
            PlayedController.TypeOf("ExternalSecret"),
            one with { Metadata = one.Metadata with { Finalizers = ["externalsecrets.external-secrets.io/externalsecret-cleanup"] } },
            Ct);
        string version = $"{made.Metadata.Generation}-{PeerHash.OfText("{annotations:map[] labels:map[]}")}";
        await controller.Client.PatchStatusAsync(
            PlayedController.TypeOf("ExternalSecret"),
            made.Key,
            Encoding.UTF8.GetBytes($$$"""
            {"status":{"refreshTime":"2026-03-02T07:50:00Z","syncedResourceVersion":"{{{version}}}","binding":{"name":"app"},
             "conditions":[{"type":"Ready","status":"True","reason":"SecretSynced","message":"secret synced","lastTransitionTime":"2026-03-01T00:00:00Z"}]}}
            """),
            Ct);
        await controller.Others.CreateAsync(
            "app",
            Marks.PeerManagerPrefix + "app",
            $$"""
            "labels":{"{{Marks.CreatedBy}}":"{{Marks.CreatedByValue(controller.Ns, "app")}}"},
            "annotations":{"{{Marks.DataHash}}":"{{HashOf("first")}}"},
            "ownerReferences":[{"apiVersion":"external-secrets.io/v1","kind":"ExternalSecret","name":"app","uid":"{{made.Metadata.Uid}}","controller":true,"blockOwnerDeletion":true}]
            """,
            $$""" "type":"Opaque","data":{"password":"{{Convert.ToBase64String("first"u8)}}" } """);
        await controller.Others.EditAsync("app", "external-secrets", $$$"""{"metadata":{"labels":{"{{{Marks.Managed}}}":"true"} } }""");
    }

    public static string HashOf(string password)
    {
        using var data = new SecretSet();
        data.Put("password", SecretBytes.FromText(password));
        return PeerHash.OfData(data);
    }

    /// <summary>Who has written to the Secret, e.g. <c>external-secrets Apply</c>.</summary>
    public static async Task<IReadOnlyList<string>> WritersAsync(PlayedController controller) =>
        [.. (await controller.Others.SeeAsync("app"))!.Owners.Select(static o => $"{o.Manager} {o.Operation}").Order(StringComparer.Ordinal)];
}
