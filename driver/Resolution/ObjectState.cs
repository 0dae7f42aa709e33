namespace CsiSecrets.Resolution;

/// <summary>The clock of one object: the version that was current when it was last asked for.</summary>
/// <param name="Key">Identity and object.</param>
/// <param name="Version">Null when the object was absent.</param>
/// <param name="CheckedAt">When the last successful answer was asked for (UTC).</param>
internal sealed record ObjectState(FetchKey Key, string? Version, DateTimeOffset CheckedAt)
{
    /// <summary>Stands where a version would for a listing.</summary>
    public const string ListingVersion = "(listing)";
}
