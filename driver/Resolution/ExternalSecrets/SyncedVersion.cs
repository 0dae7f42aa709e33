using System.Globalization;
using CsiSecrets.Model;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary><c>status.syncedResourceVersion</c> as the peer has it: the generation, and the hash of what Go prints of labels and annotations.</summary>
internal static class SyncedVersion
{
    public static string Of(ExternalSecretPlan plan) => RecentStrings.Of(string.Create(
        CultureInfo.InvariantCulture,
        $"{plan.Generation}-{PeerHash.OfText($"{{annotations:{Map(plan.Annotations)} labels:{Map(plan.Labels)}}}")}"));

    /// <summary>Names of labels and annotations are ASCII, for which this order is Go's.</summary>
    private static string Map(IReadOnlyDictionary<string, string> map) =>
        "map[" + string.Join(' ', map.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{m.Key}:{m.Value}")) + "]";
}
