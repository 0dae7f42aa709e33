using CsiSecrets.Model;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Templates;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>
/// From a plan to its values: (1) open the stores, (2) run the finds, (3) ask for every object, by one call for each identity, whether it
/// changed, (4) read all where one did, (5) make keys and values of them in the plan's order. Reads are shared with everybody of the same
/// identity; true absence is told from failure.
/// </summary>
internal sealed class ExternalSecretResolver(SharedFetch fetch, SharedFinds finds, TemplateEnvironment environment)
{
    private readonly ValueMaker maker = new(new KeyRewriter(environment));

    /// <param name="plan">What to resolve.</param>
    /// <param name="open">Opens its stores.</param>
    /// <param name="applied">What the last resolution of this same plan told; empty to read all.</param>
    /// <param name="maxAge">How old an answer may be.</param>
    /// <param name="cancellationToken">Ends the wait; calls that others joined go on.</param>
    public async Task<ResolvedValues> ResolveAsync(
        ExternalSecretPlan plan,
        StoreOpener open,
        IReadOnlyDictionary<FetchKey, string?> applied,
        TimeSpan maxAge,
        CancellationToken cancellationToken)
    {
        RefuseGenerators(plan);
        var stores = new Dictionary<StoreKey, OpenedStore>();
        foreach (StoreKey store in plan.Stores)
        {
            stores[store] = await open(store, cancellationToken);
        }

        List<EntryReads> reads = await PlanReadsAsync(plan, stores, maxAge, cancellationToken);
        using var answers = new FetchedObjects(fetch, maxAge);
        Read[] all = [.. reads.SelectMany(r => r.Reads)];
        await answers.AskAsync(all, applied, cancellationToken);
        var missing = new AbsentEntries(plan);
        if (answers.AllAs(all, applied))
        {
            return new ResolvedValues { Missing = missing.Of(reads, answers), Applied = answers.Versions(all) };
        }

        await answers.ReadUnchangedAsync(all, cancellationToken);
        answers.ThrowIfFailed(all);
        _ = missing.Of(reads, answers);
        SecretSet values = maker.Make(plan, reads, answers, missing.Add, cancellationToken);
        try
        {
            return new ResolvedValues { Values = values, Missing = missing.Require(), Applied = answers.Versions(all) };
        }
        catch
        {
            values.Dispose();
            throw;
        }
    }

    private static void RefuseGenerators(ExternalSecretPlan plan)
    {
        if (plan.Generators is [var generator, ..])
        {
            throw new SecretsException(
                FailureReason.Unsupported,
                $"{plan.Subject}: {generator.Path}",
                $"it refers to the generator {generator.Kind} {generator.Name}, and this version has no generators",
                "the target is left as it is");
        }
    }

    private async Task<List<EntryReads>> PlanReadsAsync(
        ExternalSecretPlan plan, Dictionary<StoreKey, OpenedStore> stores, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        var reads = new List<EntryReads>(plan.Entries.Count);
        foreach (PlannedEntry entry in plan.Entries)
        {
            OpenedStore store = stores[entry.Store!];
            RemoteSecret? remote = (entry as DataEntry)?.Remote ?? (entry as ExtractEntry)?.Remote;
            if (remote is not null)
            {
                reads.Add(new EntryReads(entry, store, [Read.Of(store, store.Store.Provider.Plan(store.Store.Plan, remote), remote.Key)]));
                continue;
            }

            IReadOnlyList<FoundSecret> found = await finds.GetAsync(store, ((FindEntry)entry).Criteria, maxAge, cancellationToken);
            reads.Add(new EntryReads(entry, store, [.. found.Select(f => Read.Of(store, f.Request, f.Name))]));
        }

        return reads;
    }
}
