using CsiSecrets.JsonQuery;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>What a <see cref="ManifestRenderer"/> begins with. Pure.</summary>
internal static class ManifestSeed
{
    /// <summary>Whether the templates set single elements of a list to which others may have added.</summary>
    public static bool BuildsOnLive(ExternalSecretPlan plan) =>
        plan.Target.Creation is CreationPolicy.Merge or CreationPolicy.CreateOrMerge && IndexedPaths(plan).Any();

    /// <param name="plan">The ExternalSecret; its target is a manifest.</param>
    /// <param name="live">The object as it is; null where there is none, or where nothing of it is built on.</param>
    public static JsonTree Of(ExternalSecretPlan plan, JsonTree? live)
    {
        var root = JsonTree.OfObject(
        [
            new("apiVersion", JsonTree.Of(plan.Target.Manifest!.ApiVersion)),
            new("kind", JsonTree.Of(plan.Target.Manifest.Kind)),
            new("metadata", JsonTree.OfObject([new("name", JsonTree.Of(plan.Target.Name)), new("namespace", JsonTree.Of(plan.Key.Namespace))])),
        ]);
        return live is null ? root : IndexedPaths(plan).Aggregate(root, (made, path) => path.WithListOf(live, made));
    }

    private static IEnumerable<ManifestPath> IndexedPaths(ExternalSecretPlan plan) => (plan.Target.Template?.Parts ?? [])
        .Where(static p => p.Target.Field == TargetField.Other)
        .Select(static p => ManifestPath.TryParse(p.Target.Path)!)
        .Where(static p => p.IsIndexed);
}
