using CsiSecrets.Reload.Sources;

namespace CsiSecrets.Reload.Decisions;

/// <summary>A source that has changed, and the container that bears its mark.</summary>
/// <param name="Source">Which.</param>
/// <param name="PeerHash">Reloader's hash of it now; empty when it is gone.</param>
/// <param name="Container">Index among the containers of the pod.</param>
internal sealed record SourceChange(SourceKey Source, string PeerHash, int Container);
