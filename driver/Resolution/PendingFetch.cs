using CsiSecrets.Model;

namespace CsiSecrets.Resolution;

/// <summary>A want that waits for a call: its object, and the flight that others may have joined.</summary>
internal sealed record PendingFetch(Want Want, ObjectEntry Entry, TaskCompletionSource<FetchResult> Flight);
