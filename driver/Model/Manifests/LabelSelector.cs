namespace CsiSecrets.Model.Manifests;

/// <summary>metav1.LabelSelector: every given label and every expression must hold; an empty one selects all.</summary>
internal sealed record LabelSelector
{
    public IReadOnlyDictionary<string, string>? MatchLabels { get; init; }

    public IReadOnlyList<LabelRequirement> MatchExpressions { get => field ?? []; init; }

    /// <summary>An expression with an unknown operator holds for nothing.</summary>
    public bool Matches(IReadOnlyDictionary<string, string>? labels) =>
        (MatchLabels ?? new Dictionary<string, string>()).All(m => labels is not null && labels.TryGetValue(m.Key, out string? value) && value == m.Value)
        && MatchExpressions.All(e => e.Matches(labels));
}

/// <summary>One expression of a selector: In, NotIn, Exists or DoesNotExist.</summary>
internal sealed record LabelRequirement
{
    public string Key { get => field ?? ""; init; }

    public string Operator { get => field ?? ""; init; }

    public IReadOnlyList<string> Values { get => field ?? []; init; }

    public bool Matches(IReadOnlyDictionary<string, string>? labels)
    {
        string? value = null;
        bool has = labels?.TryGetValue(Key, out value) == true;
        return Operator switch
        {
            "In" => has && Values.Contains(value),
            "NotIn" => !has || !Values.Contains(value),
            "Exists" => has,
            "DoesNotExist" => !has,
            _ => false,
        };
    }
}
