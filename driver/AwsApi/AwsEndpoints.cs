using System.Text.RegularExpressions;
using Amazon.Runtime.Internal.Endpoints.StandardLibrary;

namespace CsiSecrets.AwsApi;

/// <summary>Where a service lives in a region. The partitions (DNS suffixes) are the SDK's own table.</summary>
internal static partial class AwsEndpoints
{
    /// <summary>Whether this can be a region's name. It becomes part of a host name that credentials are used for.</summary>
    public static bool IsRegion(string text) => RegionName().IsMatch(text);

    public static Uri Resolve(AwsService service, string region, AwsEnvironment environment)
    {
        if (environment.Endpoints.TryGetValue(service.SigningName, out Uri? own) || environment.Endpoints.TryGetValue("", out own))
        {
            return own;
        }

        return new Uri($"https://{Host(service, region, environment.UseFips, environment.UseDualStack)}/");
    }

    private static string Host(AwsService service, string region, bool fips, bool dualStack)
    {
        Partition partition = PartitionOf(region);
        string suffix = dualStack ? partition.dualStackDnsSuffix : partition.dnsSuffix;
        bool separateFips = fips && !(service.GovFips && !dualStack && partition.name == "aws-us-gov");
        return $"{service.SigningName}{(separateFips ? "-fips" : "")}.{region}.{suffix}";
    }

    [GeneratedRegex(@"\A[a-z]{2,10}(-[a-z]{2,12}){1,3}-[0-9]{1,2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex RegionName();

    private static Partition PartitionOf(string region) => Fn.Partition(region);
}
