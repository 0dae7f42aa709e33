namespace CsiSecrets.Model.Manifests;

/// <summary>authorization.k8s.io/v1 SelfSubjectRulesReview: what we may do in a namespace.</summary>
internal sealed record SelfSubjectRulesReview : KubeObject
{
    public RulesReviewSpec? Spec { get; init; }

    public RulesReviewStatus? Status { get; init; }
}

internal sealed record RulesReviewSpec
{
    public string? Namespace { get; init; }
}

internal sealed record RulesReviewStatus
{
    public IReadOnlyList<ResourceRule> ResourceRules { get => field ?? []; init; }
}

internal sealed record ResourceRule
{
    public IReadOnlyList<string> Verbs { get => field ?? []; init; }

    public IReadOnlyList<string> ApiGroups { get => field ?? []; init; }

    public IReadOnlyList<string> Resources { get => field ?? []; init; }

    public bool Allows(string verb, string group, string resource) =>
        Verbs.Any(v => v == verb || v == "*") && Resources.Any(r => r == resource || r == "*")
        && (ApiGroups.Count == 0 || ApiGroups.Any(g => g == group || g == "*"));
}
