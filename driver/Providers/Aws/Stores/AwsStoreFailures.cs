using CsiSecrets.AwsApi;
using CsiSecrets.Model;

namespace CsiSecrets.Providers.Aws.Stores;

/// <summary>AWS's refusals to a store as ours. Pure. What is fetched is shared by all stores of one identity: none is named.</summary>
internal static class AwsStoreFailures
{
    public static FetchResult ResultOf(FetchSlot slot, AwsAccess access)
    {
        if (slot.Result is { } result)
        {
            return result;
        }

        SecretsException why = slot.NoCredentials
            ? OfCredentials(slot.Failure!, slot.Request.Name, access)
            : Failure(slot.Failure!, slot.Request.Name, access, ActionOf(slot.Request));
        return why.Reason == FailureReason.SecretNotFound ? new FetchResult.Missing(why) : new FetchResult.Failed(why);
    }

    /// <summary>No credentials: whatever AWS calls it, nobody of this identity can read anything.</summary>
    public static SecretsException OfCredentials(AwsException failure, string subject, AwsAccess access) => new(
        failure.Reason is FailureReason.AccessDenied or FailureReason.ProviderError or FailureReason.SecretNotFound
            ? FailureReason.Unauthenticated
            : failure.Reason,
        subject,
        $"no credentials for {access.Who} in {access.Primary.Region}: {failure.Message}",
        failure.RegionFailed ? "it is tried again" : "check the store's auth and roles, and the trust policy of each role",
        failure)
    {
        Trace = failure.Trace,
    };

    public static SecretsException OfFind(AwsException failure, string storeRef, AwsAccess access, string action) =>
        Failure(failure, $"{storeRef}: find", access, action);

    private static SecretsException Failure(AwsException failure, string subject, AwsAccess access, string action) => new(
        failure.Reason, subject, $"{access.Primary.Region}: {failure.Message}", Remedy(failure.Reason, access, action), failure)
    {
        Trace = failure.Trace,
    };

    private static string ActionOf(AwsObjectRequest request) => (request.Store, request.Tags) switch
    {
        (AwsStore.SecretsManager, false) => "secretsmanager:GetSecretValue",
        (AwsStore.SecretsManager, true) => "secretsmanager:DescribeSecret",
        (_, false) => "ssm:GetParameters or ssm:GetParameter",
        _ => "ssm:ListTagsForResource",
    };

    private static string Remedy(FailureReason reason, AwsAccess access, string action) => reason switch
    {
        FailureReason.AccessDenied => $"allow {action} (and kms:Decrypt for a key of your own) to {access.Who}",
        FailureReason.Unauthenticated => $"check the credentials of {access.Who}",
        FailureReason.SecretNotFound => "check name, prefix, version and region",
        FailureReason.Throttled => "AWS throttles this account; it is tried again",
        FailureReason.ProviderUnavailable or FailureReason.ProviderTimeout => "it is tried again",
        _ => "",
    };
}
