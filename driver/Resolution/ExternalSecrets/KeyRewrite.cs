using CsiSecrets.GoRegex;
using CsiSecrets.Templates;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>One change of key names.</summary>
internal abstract record KeyRewrite
{
    private KeyRewrite()
    {
    }

    /// <summary>Its place in the manifest.</summary>
    public required string Path { get; init; }

    /// <summary>Replaces each match of <paramref name="Source"/> in a key.</summary>
    public sealed record Regexp(GoRegexp Source, string Target) : KeyRewrite;

    /// <summary>The key is what the template makes of it, as <c>.value</c>.</summary>
    public sealed record Transform(Template Template) : KeyRewrite;

    /// <summary>The values are JSON objects; their members become the keys (Extract), or one JSON object under <c>Into</c> (JSON).</summary>
    public sealed record Merge : KeyRewrite
    {
        public required MergeStrategy Strategy { get; init; }

        public required string Into { get; init; }

        /// <summary>Keys that come last, in this order, so that they win.</summary>
        public required IReadOnlyList<string> Priority { get; init; }

        public required MergePriority PriorityPolicy { get; init; }

        public required MergeConflict ConflictPolicy { get; init; }
    }
}

internal enum MergeStrategy
{
    Extract,
    Json,
}

/// <summary>Whether a key of the priority list may be absent.</summary>
internal enum MergePriority
{
    Strict,
    IgnoreNotFound,
}

/// <summary>Whether two values may have a member of the same name.</summary>
internal enum MergeConflict
{
    Error,
    Ignore,
}
