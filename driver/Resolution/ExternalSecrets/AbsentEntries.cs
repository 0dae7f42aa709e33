using CsiSecrets.Model;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>The entries that have no value at the provider. Where the policy is Retain that is a failure, which names each of them.</summary>
internal sealed class AbsentEntries(ExternalSecretPlan plan)
{
    private readonly List<MissingEntry> missing = [];
    private SecretsException? first;

    /// <summary>Those whose object does not exist. A find has none: what it does not find it does not name.</summary>
    public IReadOnlyList<MissingEntry> Of(IReadOnlyList<EntryReads> reads, FetchedObjects answers)
    {
        foreach (EntryReads one in reads.Where(r => r.Entry is not FindEntry))
        {
            if (answers.Of(one.Reads[0]) is FetchResult.Missing absent)
            {
                Add(one, absent.Why);
            }
        }

        return Require();
    }

    public void Add(EntryReads one, SecretsException why)
    {
        first ??= why;
        missing.Add(new MissingEntry(one.Entry.Path, one.Reads[0].RemoteKey, (one.Entry as DataEntry)?.SecretKey));
    }

    /// <summary>Throws SecretNotFound where absence is no value.</summary>
    public IReadOnlyList<MissingEntry> Require() => first is null || plan.Target.Deletion != DeletionPolicy.Retain
        ? missing
        : throw new SecretsException(
            FailureReason.SecretNotFound,
            plan.Subject,
            "does not exist at the provider: " + string.Join(", ", missing.Select(m => $"{m.RemoteKey} ({m.Path})")),
            "create it, or correct the key; deletionPolicy Merge or Delete would leave such keys out",
            first);
}
