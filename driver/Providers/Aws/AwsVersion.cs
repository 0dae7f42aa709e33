namespace CsiSecrets.Providers.Aws;

/// <summary>
/// A version as we compare it: AWS's id, and what tells it from the same id of another life of the object. A secret that was deleted and made
/// again may have the same VersionId (clients choose it), a parameter starts at 1 again, and the failover region counts on its own.
/// Text form <c>id</c> or <c>id|qualifier</c>.
/// </summary>
internal static class AwsVersion
{
    public static string Of(string id, string qualifier) => qualifier.Length == 0 ? id : $"{id}|{qualifier}";

    /// <summary>Secrets Manager ends each ARN in six characters that are new for every life of a secret.</summary>
    public static string OfSecret(string versionId, string? arn, string? failoverRegion)
    {
        int dash = arn?.LastIndexOf('-') ?? -1;
        return Of(versionId, (dash < 0 ? "" : arn![(dash + 1)..]) + (failoverRegion is null ? "" : "@" + failoverRegion));
    }

    public static string OfParameter(long version, double lastModified, string? failoverRegion) =>
        Of(
            version.ToString(System.Globalization.CultureInfo.InvariantCulture),
            lastModified.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture) + (failoverRegion is null ? "" : "@" + failoverRegion));

    /// <summary>AWS's own id, which the pod status shows.</summary>
    public static string Shown(string version)
    {
        int bar = version.IndexOf('|');
        return bar < 0 ? version : version[..bar];
    }
}
