using Amazon.Runtime.Internal.Endpoints.StandardLibrary;

namespace CsiSecrets.AwsApi;

/// <summary>Where a service lives in a region. The partitions (DNS suffixes) are the SDK's own table.</summary>
internal static class AwsEndpoints
{
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

    private static Partition PartitionOf(string region) => Fn.Partition(region);
}
