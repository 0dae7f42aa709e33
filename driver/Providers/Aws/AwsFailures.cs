using CsiSecrets.AwsApi;
using CsiSecrets.Model;
using CsiSecrets.Model.PeerWords;

namespace CsiSecrets.Providers.Aws;

/// <summary>AWS's refusals as ours: the object, the peer's sentence with AWS's own reason, and what to do. Pure.</summary>
internal static class AwsFailures
{
    public static FetchResult ResultOf(FetchSlot slot, AwsAccess access)
    {
        if (slot.Result is { } result)
        {
            return result;
        }

        AwsException failure = slot.Failure!;
        string region = slot.First is null ? access.Primary.Region : access.Failover!.Region;
        // Absence in the second region says nothing while the first one cannot be asked.
        FailureReason reason = slot.First is { } before && failure.Reason == FailureReason.SecretNotFound ? before.Failure.Reason : failure.Reason;
        var why = new SecretsException(
            reason,
            $"object {slot.Request.Name}",
            slot.First is { } first
                ? $"{AllFailed(slot.Request)} {first.Region}: {first.Failure.Message}; {region}: {failure.Message}"
                : $"{Sentence(slot.Request, region, failure)}: {failure.Message}",
            Remedy(reason, slot.Request.Store, access),
            failure)
        {
            Trace = string.Join(", ", ((string[])[slot.First?.Failure.Trace ?? "", failure.Trace]).Where(static t => t.Length > 0)),
        };
        return reason == FailureReason.SecretNotFound ? new FetchResult.Missing(why) : new FetchResult.Failed(why);
    }

    public static SecretsException OfListing(AwsException failure, string selection, string classRef, AwsRegionAccess region, AwsAccess access) => new(
        failure.Reason,
        $"SecretProviderClass {classRef}: {selection}",
        $"{region.Region}: {failure.Message}",
        failure.Reason == FailureReason.AccessDenied ? $"allow it to the role of {access.Who}" : Remedy(failure.Reason, AwsStore.SecretsManager, access),
        failure)
    {
        Trace = failure.Trace,
    };

    private static string AllFailed(AwsObjectRequest request) => request.Store == AwsStore.SecretsManager
        ? AwsProviderWords.AllSecretsFailed(request.Name) + ":"
        : AwsProviderWords.AllParametersFailed;

    private static string Sentence(AwsObjectRequest request, string region, AwsException failure) => (request.Store, failure.Code) switch
    {
        (AwsStore.SecretsManager, _) => AwsProviderWords.SecretFailed(region, request.Name),
        (_, "InvalidParameters") => AwsProviderWords.ParameterInvalid(region, request.Name),
        _ => AwsProviderWords.ParameterFailed(region),
    };

    private static string Remedy(FailureReason reason, AwsStore store, AwsAccess access) => reason switch
    {
        FailureReason.AccessDenied =>
            $"allow {(store == AwsStore.SecretsManager ? "secretsmanager:GetSecretValue" : "ssm:GetParameters")} (and kms:Decrypt for a key of your own) to the role of {access.Who}",
        FailureReason.Unauthenticated => $"check the trust policy of the role of {access.Who}, and the cluster's OIDC provider",
        FailureReason.SecretNotFound => "check name, version, label and region, or set optional: true",
        FailureReason.Throttled => "AWS throttles this account; it is tried again",
        FailureReason.ProviderUnavailable or FailureReason.ProviderTimeout => "it is tried again",
        _ => "correct at AWS, or in the class, what AWS objects to",
    };
}
