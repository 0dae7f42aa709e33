namespace CsiSecrets.Model.Manifests;

/// <summary>authorization.k8s.io/v1 SelfSubjectAccessReview: whether we may do one thing.</summary>
internal sealed record SelfSubjectAccessReview : KubeObject
{
    public AccessReviewSpec? Spec { get; init; }

    public AccessReviewStatus? Status { get; init; }
}

internal sealed record AccessReviewSpec
{
    public ReviewedResource? ResourceAttributes { get; init; }
}

internal sealed record ReviewedResource
{
    public string? Namespace { get; init; }

    public string? Verb { get; init; }

    public string? Resource { get; init; }
}

internal sealed record AccessReviewStatus
{
    public bool Allowed { get; init; }
}
