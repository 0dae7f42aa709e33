using CsiSecrets.Model;
using CsiSecrets.Providers;

namespace CsiSecrets.Resolution;

/// <summary>
/// From a class as its provider understands it to the files of a volume: list selections, read objects (shared, probed, batched), shape
/// files. What a volume has already and what is still current is kept, not read again.
/// </summary>
internal sealed class ClassResolver(SharedFetch fetch, SharedListings listings)
{
    /// <param name="provider">The provider of the class.</param>
    /// <param name="plan">The class.</param>
    /// <param name="request">Who asks.</param>
    /// <param name="applied">What the volume has; empty at its first mount.</param>
    /// <param name="reading">Which values are needed.</param>
    /// <param name="maxAge">How old an answer may be: the bound for new pods at a first mount, the rotation interval at a refresh.</param>
    /// <param name="cancellationToken">Ends the wait; calls that others joined go on.</param>
    public async Task<ResolvedClass> ResolveAsync(
        ISecretProvider provider,
        ClassPlan plan,
        AccessRequest request,
        IReadOnlyList<AppliedObject> applied,
        ClassReading reading,
        TimeSpan maxAge,
        CancellationToken cancellationToken)
    {
        ProviderAccess access = await provider.OpenAsync(plan, request, cancellationToken);
        var planned = new List<PlannedObject>(plan.Objects);
        foreach (PlannedSelection selection in plan.Selections)
        {
            planned.AddRange(await listings.GetAsync(provider, access, plan, selection, maxAge, cancellationToken));
        }

        var known = new Dictionary<(FetchKey, string), AppliedObject>();
        foreach (AppliedObject one in applied)
        {
            known[(one.Key, one.Shape)] = one;
        }

        AppliedObject?[] have =
        [
            .. planned.Select(p => reading == ClassReading.All ? null : known.GetValueOrDefault((FetchKey.Of(access.Key, p.Request.ObjectKey), p.ShapeHash))),
        ];
        FetchResult[] results = [.. await fetch.GetAsync(provider, access, [.. planned.Select((p, i) => new Want(p.Request, have[i]?.Version, maxAge))], cancellationToken)];
        if (reading == ClassReading.AllUnlessUnchanged && results.Any(r => r is not FetchResult.Unchanged))
        {
            await ReadUnchangedAsync(provider, access, planned, have, results, maxAge, cancellationToken);
        }

        try
        {
            ThrowIfFailed(planned, results);
            return new ResolvedClass(
                ShapeAll(provider, plan, access, planned, have, results),
                [.. plan.Selections.Select(s => SharedListings.KeyOf(access, s))]);
        }
        finally
        {
            foreach (FetchResult result in results)
            {
                (result as FetchResult.Value)?.Content.Dispose();
            }
        }
    }

    private async Task ReadUnchangedAsync(
        ISecretProvider provider,
        ProviderAccess access,
        List<PlannedObject> planned,
        AppliedObject?[] have,
        FetchResult[] results,
        TimeSpan maxAge,
        CancellationToken cancellationToken)
    {
        int[] same = [.. Enumerable.Range(0, results.Length).Where(i => results[i] is FetchResult.Unchanged)];
        IReadOnlyList<FetchResult> read = await fetch.GetAsync(
            provider, access, [.. same.Select(i => new Want(planned[i].Request, null, maxAge))], cancellationToken);
        for (int i = 0; i < same.Length; i++)
        {
            results[same[i]] = read[i];
            have[same[i]] = null;
        }
    }

    private static List<ResolvedObject> ShapeAll(
        ISecretProvider provider,
        ClassPlan plan,
        ProviderAccess access,
        List<PlannedObject> planned,
        AppliedObject?[] have,
        FetchResult[] results)
    {
        var objects = new List<ResolvedObject>(planned.Count);
        try
        {
            for (int i = 0; i < planned.Count; i++)
            {
                objects.Add(ShapeOne(provider, plan, FetchKey.Of(access.Key, planned[i].Request.ObjectKey), planned[i], have[i], results[i]));
            }

            return objects;
        }
        catch (SecretsException)
        {
            new ResolvedClass(objects, []).Dispose();
            throw;
        }
    }

    private static ResolvedObject ShapeOne(
        ISecretProvider provider, ClassPlan plan, FetchKey key, PlannedObject planned, AppliedObject? have, FetchResult result)
    {
        if (result is FetchResult.Unchanged && have is not null)
        {
            return new ResolvedObject(have, null);
        }

        IReadOnlyList<ShapedFile> files = result is FetchResult.Value value
            ? provider.Shape(plan, planned, value.Version, value.Content)
            : [];
        var appliedNow = new AppliedObject
        {
            Name = planned.Request.Name,
            Key = key,
            Version = (result as FetchResult.Value)?.Version,
            Shape = planned.ShapeHash,
            Files =
            [
                .. files.Where(f => !f.Hidden).Select(f => new AppliedFile
                {
                    Path = f.File.Path,
                    Mode = f.File.Mode,
                    Uid = f.File.Uid,
                    Gid = f.File.Gid,
                    Id = f.Id,
                    Version = f.Version,
                }),
            ],
        };
        return new ResolvedObject(appliedNow, files);
    }

    /// <summary>One exception for all that failed: the first reason, and each object's message (three at most).</summary>
    private static void ThrowIfFailed(List<PlannedObject> planned, FetchResult[] results)
    {
        var failures = new List<SecretsException>();
        for (int i = 0; i < results.Length; i++)
        {
            switch (results[i])
            {
                case FetchResult.Failed failed:
                    failures.Add(failed.Why);
                    break;
                case FetchResult.Missing missing when !planned[i].Request.Optional:
                    failures.Add(missing.Why);
                    break;
            }
        }

        SecretsException[] distinct = [.. failures.DistinctBy(f => f.Message)];
        if (distinct.Length == 1)
        {
            throw new SecretsException(distinct[0].Reason, distinct[0].Subject, distinct[0].Cause, distinct[0].Remedy, distinct[0]);
        }

        if (distinct.Length > 1)
        {
            string more = distinct.Length > 3 ? $"; and {distinct.Length - 3} more" : "";
            throw new SecretsException(
                distinct[0].Reason, "", string.Join("; ", distinct.Take(3).Select(f => f.Message)) + more, "", distinct[0]);
        }
    }
}
