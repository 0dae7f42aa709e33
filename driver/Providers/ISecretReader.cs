using CsiSecrets.Model;

namespace CsiSecrets.Providers;

/// <summary>What shared fetching needs of a provider, whether a class or a store names it.</summary>
internal interface ISecretReader
{
    /// <summary>The provider's name, e.g. <c>aws</c>.</summary>
    string Name { get; }

    /// <summary>Reads many at once as cheaply as the provider allows: an answer for each item, in order. Throws only on cancellation.</summary>
    Task<IReadOnlyList<FetchResult>> FetchAsync(
        ProviderAccess access, IReadOnlyList<FetchItem> items, CancellationToken cancellationToken);
}
