using CsiSecrets.Providers;

namespace CsiSecrets.Resolution;

/// <summary>One object of a volume as it should be now.</summary>
/// <param name="Applied">What the volume's state will say.</param>
/// <param name="Fresh">The files to write; null when the files that the volume has are still right.</param>
internal sealed record ResolvedObject(AppliedObject Applied, IReadOnlyList<ShapedFile>? Fresh);

/// <summary>All objects of a volume, in the order of the class.</summary>
internal sealed class ResolvedClass(IReadOnlyList<ResolvedObject> objects, IReadOnlyList<FetchKey> listings) : IDisposable
{
    public IReadOnlyList<ResolvedObject> Objects { get; } = objects;

    /// <summary>The listings that named some of the objects.</summary>
    public IReadOnlyList<FetchKey> Listings { get; } = listings;

    /// <summary>Every object's files are what the volume has.</summary>
    public bool NothingFresh => Objects.All(o => o.Fresh is null);

    public void Dispose()
    {
        foreach (ShapedFile file in Objects.SelectMany(o => o.Fresh ?? []))
        {
            file.File.Content.Dispose();
        }
    }

    public override string ToString() => $"{Objects.Count} objects";
}
