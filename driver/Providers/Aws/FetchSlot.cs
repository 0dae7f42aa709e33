using CsiSecrets.AwsApi;
using CsiSecrets.Model;

namespace CsiSecrets.Providers.Aws;

/// <summary>One item while it is fetched. Written by one task at a time.</summary>
internal sealed class FetchSlot(FetchItem item)
{
    public AwsObjectRequest Request { get; } = (AwsObjectRequest)item.Request;

    public string? KnownVersion { get; } = item.KnownVersion;

    public FetchResult? Result { get; private set; }

    /// <summary>Why this region had no answer.</summary>
    public AwsException? Failure { get; set; }

    /// <summary><see cref="Failure"/> is about the credentials: nothing was asked of the store.</summary>
    public bool NoCredentials { get; set; }

    /// <summary>The region and its reason, when the primary region failed and the failover region was asked.</summary>
    public (string Region, AwsException Failure)? First { get; private set; }

    /// <summary>The version probe was refused; whether that is worth remembering shows when the value is read.</summary>
    public bool ProbeDenied { get; set; }

    public AwsObjectRef RefIn(RegionCall call) => call.IsFailover ? Request.Failover : Request.Primary;

    public void Found(string version, SecretBytes content)
    {
        Failure = null;
        if (version == KnownVersion)
        {
            content.Dispose();
            Result = new FetchResult.Unchanged(version);
        }
        else
        {
            Result = new FetchResult.Value(version, content);
        }
    }

    public void StillCurrent(string version) => Result = new FetchResult.Unchanged(version);

    public void NextRegion(string region)
    {
        First = (region, Failure!);
        Failure = null;
    }
}

/// <summary>One region with the credentials for it.</summary>
internal sealed record RegionCall(AwsAccess Access, string Region, bool IsFailover, AwsKeys Keys)
{
    /// <summary>Qualifies versions of the failover region, which counts on its own.</summary>
    public string? Qualifier => IsFailover ? Region : null;

    public override string ToString() => Region;
}
