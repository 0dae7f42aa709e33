namespace CsiSecrets.AwsApi;

/// <summary>A service's names.</summary>
/// <param name="SigningName">In signatures, and the first label of its host names.</param>
/// <param name="TargetPrefix">Before the operation in <c>X-Amz-Target</c>; empty for the query protocol.</param>
/// <param name="GovFips">Its ordinary host names in GovCloud are the FIPS ones.</param>
internal sealed record AwsService(string SigningName, string TargetPrefix, bool GovFips)
{
    public static readonly AwsService SecretsManager = new("secretsmanager", "secretsmanager.", false);

    public static readonly AwsService Ssm = new("ssm", "AmazonSSM.", true);

    public static readonly AwsService Sts = new("sts", "", true);
}
