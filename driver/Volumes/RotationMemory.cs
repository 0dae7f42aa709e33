using CsiSecrets.Resolution;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Volumes;

/// <summary>Keeps what the fetch layer learned on disk, so that a later process fetches nothing that is not due.</summary>
internal sealed class RotationMemory(StateFiles files, SharedFetch fetch, SharedListings listings, DenialMemory denials, FetchOptions options)
{
    private const string FileName = "fetches.json";

    private readonly Lock gate = new();
    private VolumeStore? volumes;

    /// <summary>What ExternalSecrets' volumes found; of this nothing is kept on disk.</summary>
    public SharedFinds? Finds { get; init; }

    /// <summary>Restores the clocks. What only the recovered volumes' state files know counts too.</summary>
    public void Recover(VolumeStore store)
    {
        volumes = store;
        FetchMemory? memory = files.Read(FileName, StateJson.Default.FetchMemory) is { } read && read.IsWhole() ? read : null;
        fetch.Restore(store.All.SelectMany(v => v.State.Objects.Where(o => !o.Derived).Select(o => new ObjectState(o.Key, o.Version, v.State.SucceededAt))));
        fetch.Restore(memory?.Objects ?? []);
        listings.Restore(memory?.Listings ?? []);
        denials.Restore(memory?.Denied ?? []);
    }

    /// <summary>Why the clocks on disk are old; null while they are not.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Told after each refresh's call to a provider; <see cref="SharedFetch.Probed"/>. A disk that refuses is no failure of that
    /// call: a later process would merely fetch too much.</summary>
    public void Save()
    {
        lock (gate)
        {
            var memory = new FetchMemory { Objects = fetch.Snapshot(), Listings = listings.Snapshot(), Denied = denials.Snapshot() };
            try
            {
                files.Write(FileName, memory, StateJson.Default.FetchMemory);
                Trouble = null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Trouble = $"{FileName} cannot be written ({e.GetType().Name}): check the disk under --state-dir";
            }
        }
    }

    public void Sweep()
    {
        HashSet<FetchKey> used = [.. volumes?.All.SelectMany(static v => v.State.Objects.Select(static o => o.Key)) ?? []];
        fetch.Sweep(used.Contains);
        listings.Sweep(options.ForgetAfter);
        Finds?.Sweep(options.ForgetAfter);
    }
}
