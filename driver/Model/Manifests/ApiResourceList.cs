namespace CsiSecrets.Model.Manifests;

/// <summary>metav1.APIResourceList: the kinds that the API server serves under one apiVersion.</summary>
internal sealed record ApiResourceList
{
    public IReadOnlyList<ApiResource> Resources { get => field ?? []; init; }
}

internal sealed record ApiResource
{
    /// <summary>The plural of URLs; with a slash for a subresource.</summary>
    public string Name { get => field ?? ""; init; }

    public string Kind { get => field ?? ""; init; }

    public bool Namespaced { get; init; }

    public IReadOnlyList<string> Verbs { get => field ?? []; init; }
}
