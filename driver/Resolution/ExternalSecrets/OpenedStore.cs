using CsiSecrets.Providers;
using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>A store with a way to read from it.</summary>
internal sealed record OpenedStore(OpenStore Store, ProviderAccess Access);

/// <summary>Finds the store, checks that this ExternalSecret may use it now (<see cref="StoreGate"/>) and opens it. Throws StoreNotFound, StoreInvalid,
/// StoreForbidden, StoreNotReady, or what hindered access.</summary>
internal delegate Task<OpenedStore> StoreOpener(StoreKey store, CancellationToken cancellationToken);
