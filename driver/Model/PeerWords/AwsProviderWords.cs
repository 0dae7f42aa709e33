namespace CsiSecrets.Model.PeerWords;

/// <summary>The sentences of the AWS provider that its users find in their FailedMount events. Ours go on with object, cause and remedy.</summary>
internal static class AwsProviderWords
{
    public const string TokensMissing =
        "CSI token error: serviceAccount.tokens not provided - ensure tokenRequests is configured in CSIDriver spec";

    public const string RegionMissing = "failed to retrieve region from node. error Region not found";

    public const string LoadFailed = "Failed to load SecretProviderClass";

    public const string PathTranslation = "pathTranslation must be either 'False' or a single character string";

    public const string AllParametersFailed = "Failed to fetch parameters from all regions.";

    public static string RoleMissing(string serviceAccount, string ns) =>
        $"An IAM role must be associated with service account {serviceAccount} (namespace: {ns})";

    public static string SameRegion(string region) => $"{region}: failover region cannot be the same as the primary region";

    public static string AllSecretsFailed(string name) =>
        $"Failed to fetch secret from all regions. Verify secret exists and required permissions are granted for: {name}";

    public static string ParameterFailed(string region) => $"{region}: Failed fetching parameters";

    public static string SecretFailed(string region, string name) => $"{region}: Failed fetching secret {name}";

    public static string ParameterInvalid(string region, string name) => $"{region}: invalid parameters: {name}";

    public static string InvalidJson(string name) => $"Invalid JSON used with jmesPath in secret: {name}.";

    public static string InvalidPath(string path) => $"Invalid JMES Path: {path}.";

    public static string NothingAtPath(string path, string alias) =>
        $"JMES Path - {path} for object alias - {alias} does not point to a valid object.";
}
