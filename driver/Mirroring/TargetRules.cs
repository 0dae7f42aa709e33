using CsiSecrets.Kube.Secrets;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Mirroring;

/// <summary>Whether a Secret that is there may be written at all. Throws what is wrong, and what can be done about it.</summary>
internal static class TargetRules
{
    /// <summary>The API server's bound on the sum of all values.</summary>
    public const int MostBytes = 1024 * 1024;

    public static void Check(DesiredSecret want, ObservedSecret seen)
    {
        if (seen.Metadata.DeletionTimestamp is not null)
        {
            throw new SecretsException(
                FailureReason.KubernetesConflict, $"{want}", "it is being deleted", "it is written again once it is gone: see its finalizers");
        }

        if (want.Style.MarkedOnly && seen.Metadata.Label(want.Style.Managed) != "true")
        {
            throw new SecretsException(
                FailureReason.TargetOwned,
                $"{want}",
                $"it is there without the label {want.Style.Managed}=true: somebody else made it",
                "choose another secretName, delete the Secret, or hand it over by that label");
        }

        if (!want.Style.MarkedOnly)
        {
            CheckOwner(want, seen.Controller);
        }

        if (want.Type.Length > 0 && want.Type != seen.Type)
        {
            throw new SecretsException(
                FailureReason.TargetImmutable,
                $"{want}",
                $"its type is {seen.Type} and the manifest wants {want.Type}; Kubernetes allows no change of a type",
                $"delete the Secret, which is then made again, or {want.Style.TypeRemedy} {seen.Type}");
        }
    }

    public static void CheckSize(DesiredSecret want, DataPlan data, DataDigest live)
    {
        long bytes = want.Data.Items.Sum(static i => (long)i.Value.Length)
            + data.Restated.Concat(data.Foreign).Sum(k => (long)(live.Find(k)?.Length ?? 0));
        if (bytes > MostBytes)
        {
            throw new SecretsException(
                FailureReason.KubernetesInvalid,
                $"{want}",
                $"its data would be {bytes} bytes, and a Secret holds {MostBytes} at most",
                "ask for fewer keys, or mount the ExternalSecret as a volume");
        }
    }

    public static SecretsException Frozen(DesiredSecret want) => new(
        FailureReason.TargetImmutable,
        $"{want}",
        "it is immutable, and its data would have to change",
        "delete the Secret, which is then made again with the new data, or use another name for each version");

    private static void CheckOwner(DesiredSecret want, OwnerReference? controller)
    {
        if (controller is null || want.From.Is(controller) || want.Owners.Any(o => o.Uid == controller.Uid))
        {
            return;
        }

        if (Contributor.IsExternalSecret(controller))
        {
            throw new SecretsException(
                FailureReason.TargetTaken,
                $"{want}",
                $"ExternalSecret {want.Key.Namespace}/{controller.Name} owns it",
                "give one of the two another spec.target.name");
        }

        if (want.Mode == MirrorMode.Replace)
        {
            throw new SecretsException(
                FailureReason.TargetOwned,
                $"{want}",
                $"{controller.Kind} {controller.Name} controls it",
                "choose another spec.target.name, or creationPolicy Merge to add keys to it");
        }
    }
}
