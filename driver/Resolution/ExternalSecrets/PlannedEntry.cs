using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>One element of data or dataFrom.</summary>
internal abstract record PlannedEntry
{
    /// <summary>Its place in the manifest, e.g. <c>spec.data[0]</c>, for messages.</summary>
    public required string Path { get; init; }

    /// <summary>Where it reads; null for a generator.</summary>
    public StoreKey? Store { get; init; }

    public ValueDecoding Decoding { get; init; }

    public NullBytes NullBytes { get; init; }
}

/// <summary>One key from one remote value.</summary>
internal sealed record DataEntry : PlannedEntry
{
    public required string SecretKey { get; init; }

    public required RemoteSecret Remote { get; init; }

    /// <summary>Empty for the whole value.</summary>
    public required string Property { get; init; }
}

/// <summary>An entry that gives many keys, whose names it may change: by the rewrites where there are any, else by the conversion.</summary>
internal abstract record KeysEntry : PlannedEntry
{
    public KeyConversion Conversion { get; init; }

    public IReadOnlyList<KeyRewrite> Rewrites { get; init; } = [];
}

/// <summary>The keys of one remote value.</summary>
internal sealed record ExtractEntry : KeysEntry
{
    public required RemoteSecret Remote { get; init; }

    public required string Property { get; init; }
}

/// <summary>Remote secrets by criteria, each one key.</summary>
internal sealed record FindEntry : KeysEntry
{
    public required FindCriteria Criteria { get; init; }
}

/// <summary>What a generator makes. Accepted, not resolved.</summary>
internal sealed record GeneratorEntry : KeysEntry
{
    public required string ApiVersion { get; init; }

    public required string Kind { get; init; }

    public required string Name { get; init; }
}
