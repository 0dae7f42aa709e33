using CsiSecrets.Resolution;

namespace CsiSecrets.Volumes;

/// <summary>Keeps what the fetch layer learned on disk, so that a later process fetches nothing that is not due.</summary>
internal sealed class RotationMemory(StateFiles files, SharedFetch fetch, SharedListings listings, VolumeStore store, FetchOptions options)
{
    private const string FileName = "fetches.json";

    private readonly Lock gate = new();

    /// <summary>Restores the clocks. Call it after the volumes are recovered: what only their state files know counts too.</summary>
    public void Recover()
    {
        FetchMemory? memory = files.Read(FileName, StateJson.Default.FetchMemory);
        fetch.Restore(store.All.SelectMany(v => v.State.Objects.Select(o => new ObjectState(o.Key, o.Version, v.State.SucceededAt))));
        fetch.Restore(memory?.Objects ?? []);
        listings.Restore(memory?.Listings ?? []);
    }

    /// <summary>Told after each refresh's call to a provider; <see cref="SharedFetch.Probed"/>.</summary>
    public void Save()
    {
        lock (gate)
        {
            files.Write(FileName, new FetchMemory { Objects = fetch.Snapshot(), Listings = listings.Snapshot() }, StateJson.Default.FetchMemory);
        }
    }

    public void Sweep()
    {
        fetch.Sweep();
        listings.Sweep(options.ForgetAfter);
    }
}
