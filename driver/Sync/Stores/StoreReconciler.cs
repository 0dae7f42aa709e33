using System.Globalization;
using System.Text.Json;
using CsiSecrets.Kube;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Model.PeerWords;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Sync.Stores;

/// <summary>Validates stores as the peer does, by obtaining credentials and nothing more; tells what changed, and only then.</summary>
internal sealed class StoreReconciler(StoreBook book, SyncOptions options, TimeProvider time)
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    /// <summary>Null where another controller serves the store.</summary>
    public async Task<StoreOutcome?> ReconcileAsync(StoreObject store, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(store.Spec.Controller) && store.Spec.Controller != options.ControllerClass)
        {
            return null;
        }

        string? capabilities = null;
        bool opened = false;
        bool unknown = false;
        try
        {
            store.RequireReadable(FailureReason.StoreInvalid, NameOf(store));
            TimeSpan interval = IntervalOf(store);
            StoreConditions.Check(store, NameOf(store));
            OpenStore open = book.Read(store);
            capabilities = open.Provider.Capabilities;
            ProviderAccess access = await open.Provider.OpenAsync(open.Plan, new StoreCaller.Controller(store.Metadata.Namespace), cancellationToken);
            (opened, unknown) = (true, open.Plan.IsValidationUnknown);
            await open.Provider.ValidateAsync(open.Plan, access, cancellationToken);
            return Told(store, capabilities, true, ExternalSecretsWords.StoreValid, ExternalSecretsWords.StoreValidated, interval, failed: false);
        }
        catch (SecretsException e) when (unknown)
        {
            return Told(
                store, capabilities, true, ExternalSecretsWords.StoreUnknown, $"{ExternalSecretsWords.StoreNotDetermined}: {e.Message}", options.StoreInterval, failed: false, warning: true);
        }
        catch (SecretsException e)
        {
            string sentence = opened ? ExternalSecretsWords.NotValidated : ExternalSecretsWords.NoClient;
            return Told(store, capabilities, false, ExternalSecretsWords.StoreInvalid, $"{sentence}: {e.Message}", options.StoreInterval, failed: true) with { Logged = e.Logged };
        }
    }

    private StoreOutcome Told(
        StoreObject store, string? capabilities, bool ready, string reason, string message, TimeSpan again, bool failed, bool warning = false)
    {
        StatusCondition? before = Conditions.ReadyOf(store.Status?.Conditions ?? []);
        bool same = before is not null && before.Status == (ready ? "True" : "False") && before.Reason == reason && before.Message == message;
        if (same && store.Status?.Capabilities == (capabilities ?? store.Status?.Capabilities))
        {
            return new StoreOutcome(null, null, again, failed);
        }

        var status = new StoreStatus
        {
            Conditions = Conditions.With(store.Status?.Conditions ?? [], ready, reason, message, time.GetUtcNow()),
            Capabilities = capabilities ?? store.Status?.Capabilities,
        };
        bool cluster = store is ClusterSecretStore;
        var about = SyncEvent.Of(store, $"{ResourceTypes.ExternalSecretsGroup}/v1", cluster ? "ClusterSecretStore" : "SecretStore");
        return new StoreOutcome(status, same ? null : new SyncEvent(about, reason, message, !ready || warning), again, failed);
    }

    /// <summary>Seconds, or a Go duration; the controller's own interval where the store has none.</summary>
    private TimeSpan IntervalOf(StoreObject store)
    {
        TimeSpan? given = store.Spec.RefreshInterval switch
        {
            null or { ValueKind: JsonValueKind.Null } => options.StoreInterval,
            { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out long seconds) && seconds is >= 0 and < int.MaxValue =>
                seconds == 0 ? options.StoreInterval : TimeSpan.FromSeconds(seconds),
            { ValueKind: JsonValueKind.String } text when text.GetString() is { Length: > 0 } one => Parse(one),
            { ValueKind: JsonValueKind.String } => options.StoreInterval,
            _ => null,
        };
        return given is { } interval && interval >= TimeSpan.Zero
            ? interval < ShortestInterval ? options.StoreInterval : interval
            : throw Invalid(store, "spec.refreshInterval", "not a number of seconds, nor a duration of zero or more", "write it like 300 or 5m");
    }

    private static TimeSpan? Parse(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds < int.MaxValue ? TimeSpan.FromSeconds(seconds)
        : GoDuration.TryParse(text, out TimeSpan interval) ? interval : null;

    private static SecretsException Invalid(StoreObject store, string field, string cause, string remedy) => new(
        FailureReason.StoreInvalid,
        $"{NameOf(store)}: {field}",
        cause,
        remedy);

    private static string NameOf(StoreObject store) => store is ClusterSecretStore ? $"ClusterSecretStore {store.Metadata.Name}" : $"SecretStore {store.Key}";
}
