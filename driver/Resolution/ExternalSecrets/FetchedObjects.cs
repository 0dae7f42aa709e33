using CsiSecrets.Model;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>The answers of one resolution, each object once. Owns the values.</summary>
internal sealed class FetchedObjects(SharedFetch fetch, TimeSpan maxAge) : IDisposable
{
    private const int MostFailures = 3;

    private readonly Dictionary<FetchKey, FetchResult> answers = [];

    public FetchResult Of(Read read) => answers[read.Key];

    /// <summary>Asks for each object; what is still at its known version comes without its value.</summary>
    public Task AskAsync(IReadOnlyList<Read> reads, IReadOnlyDictionary<FetchKey, string?> known, CancellationToken cancellationToken) =>
        FetchAsync(reads.DistinctBy(r => r.Key), known, cancellationToken);

    /// <summary>Reads the values of the objects that were only probed.</summary>
    public Task ReadUnchangedAsync(IReadOnlyList<Read> reads, CancellationToken cancellationToken) => FetchAsync(
        reads.DistinctBy(r => r.Key).Where(r => answers[r.Key] is FetchResult.Unchanged),
        KnownVersions.None,
        cancellationToken);

    /// <summary>Whether the objects are those that are known, and none has changed.</summary>
    public bool AllAs(IReadOnlyList<Read> reads, IReadOnlyDictionary<FetchKey, string?> known) =>
        reads.Count > 0
        && reads.Select(r => r.Key).ToHashSet().SetEquals(known.Keys)
        && reads.All(r => answers[r.Key] switch
        {
            FetchResult.Unchanged => true,
            FetchResult.Missing => known[r.Key] is null,
            _ => false,
        });

    public KnownVersions Versions(IReadOnlyList<Read> reads)
    {
        var versions = new Dictionary<FetchKey, string?>();
        foreach (Read read in reads)
        {
            versions[read.Key] = answers[read.Key] switch
            {
                FetchResult.Value value => value.Version,
                FetchResult.Unchanged same => same.Version,
                _ => null,
            };
        }

        return new KnownVersions([.. versions]);
    }

    /// <summary>One exception for all that failed: the first one's reason, and each message (three at most).</summary>
    public void ThrowIfFailed(IReadOnlyList<Read> reads)
    {
        SecretsException[] failures = [.. reads.Select(r => answers[r.Key]).OfType<FetchResult.Failed>().Select(f => f.Why).DistinctBy(w => w.Message)];
        if (failures.Length == 0)
        {
            return;
        }

        SecretsException first = failures[0];
        string more = failures.Length > MostFailures ? $"; and {failures.Length - MostFailures} more" : "";
        throw failures.Length == 1
            ? new SecretsException(first.Reason, first.Subject, first.Cause, first.Remedy, first)
            : new SecretsException(first.Reason, "", string.Join("; ", failures.Take(MostFailures).Select(f => f.Message)) + more, "", first);
    }

    public void Dispose()
    {
        foreach (FetchResult.Value value in answers.Values.OfType<FetchResult.Value>())
        {
            value.Content.Dispose();
        }
    }

    private async Task FetchAsync(IEnumerable<Read> reads, IReadOnlyDictionary<FetchKey, string?> known, CancellationToken cancellationToken)
    {
        // One call for each identity at a provider, whichever stores lead to it.
        foreach (IGrouping<string, Read> group in reads.ToList().GroupBy(r => $"{r.Store.Store.Provider.Name}\n{r.Store.Access.Key}"))
        {
            Read[] asked = [.. group];
            Want[] wants = [.. asked.Select(r => new Want(r.Request, known.GetValueOrDefault(r.Key), maxAge))];
            IReadOnlyList<FetchResult> results = await fetch.GetAsync(asked[0].Store.Store.Provider, asked[0].Store.Access, wants, cancellationToken);
            for (int i = 0; i < asked.Length; i++)
            {
                answers[asked[i].Key] = results[i];
            }
        }
    }
}
