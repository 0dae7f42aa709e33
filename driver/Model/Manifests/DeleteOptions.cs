namespace CsiSecrets.Model.Manifests;

/// <summary>metav1.DeleteOptions: what a delete asks for.</summary>
internal sealed record DeleteOptions
{
    public string ApiVersion { get; init; } = "v1";

    public string Kind { get; init; } = "DeleteOptions";

    public DeletePreconditions? Preconditions { get; init; }

    /// <summary>Background, Foreground or Orphan; null for the kind's own way.</summary>
    public string? PropagationPolicy { get; init; }
}

internal sealed record DeletePreconditions
{
    public string? Uid { get; init; }

    public string? ResourceVersion { get; init; }
}
