namespace CsiSecrets.Model.Manifests;

/// <summary>metav1.Status: how the API server words a refusal.</summary>
internal sealed record ApiStatus
{
    public string? Status { get; init; }

    public string? Message { get; init; }

    /// <summary>E.g. NotFound, AlreadyExists, Conflict, Expired.</summary>
    public string? Reason { get; init; }

    public int? Code { get; init; }

    public ApiStatusDetails? Details { get; init; }
}

internal sealed record ApiStatusDetails
{
    public string? Name { get; init; }

    public string? Group { get; init; }

    public string? Kind { get; init; }

    public int? RetryAfterSeconds { get; init; }
}

/// <summary>metav1.ListMeta.</summary>
internal sealed record ListMeta
{
    public string ResourceVersion { get => field ?? ""; init; }

    /// <summary>Where the next page begins; empty on the last one.</summary>
    public string Continue { get => field ?? ""; init; }
}
