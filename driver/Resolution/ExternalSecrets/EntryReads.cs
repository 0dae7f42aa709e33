using CsiSecrets.Model;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>One object to read for an entry.</summary>
/// <param name="Store">Where.</param>
/// <param name="Request">What.</param>
/// <param name="RemoteKey">Its name: what the manifest said, or what a find found.</param>
/// <param name="Key">Identity and object: equal for two reads of the same value.</param>
internal sealed record Read(OpenedStore Store, SecretRequest Request, string RemoteKey, FetchKey Key)
{
    public static Read Of(OpenedStore store, SecretRequest request, string remoteKey) =>
        new(store, request, remoteKey, FetchKey.Of(store.Access.Key, request.ObjectKey));
}

/// <summary>An entry with the objects that it needs: one, or for a find as many as were found.</summary>
internal sealed record EntryReads(PlannedEntry Entry, OpenedStore Store, IReadOnlyList<Read> Reads);
