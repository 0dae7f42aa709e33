using CsiSecrets.Model.PeerWords;
using CsiSecrets.Providers.Objects;

namespace CsiSecrets.Providers.Aws;

/// <summary>The rules between regions and ARNs. They run when a class is read, as far as the region is known then, and again at access.</summary>
internal static class AwsRegions
{
    public static void Check(IReadOnlyList<ClassObject> objects, string? region, string? failoverRegion, FieldErrors errors)
    {
        if (region is not null && region == failoverRegion)
        {
            errors.Add("failoverRegion", AwsProviderWords.SameRegion(region));
        }

        foreach (ClassObject one in objects)
        {
            Check((AwsObjectRequest)one.Request, one.Path, region, failoverRegion, errors);
        }
    }

    public static void Check(AwsObjectRequest request, string path, string? region, string? failoverRegion, FieldErrors errors)
    {
        if (region is not null && RegionOf(request.Primary.Id) is { } named && named != region)
        {
            errors.Add($"{path}.objectName", $"ARN region must match region {region}: {request.Primary.Id}");
        }

        if (failoverRegion is not null && request.Failover != request.Primary
            && RegionOf(request.Failover.Id) is { } other && other != failoverRegion)
        {
            errors.Add($"{path}.failoverObject.objectName", $"ARN region must match region {failoverRegion}: {request.Failover.Id}");
        }
    }

    private static string? RegionOf(string id) => Arn.LooksLikeOne(id) && Arn.TryParse(id, out Arn arn) ? arn.Region : null;
}
