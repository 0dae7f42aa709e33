using CsiSecrets.Reload.Sources;

namespace CsiSecrets.Reload.Decisions;

/// <summary>The sources of one namespace, as they are now.</summary>
internal interface ISourceView
{
    SourceState? Find(SourceKey key);

    IEnumerable<SourceState> OfKind(SourceKind kind);
}
