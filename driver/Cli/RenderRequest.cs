namespace CsiSecrets.Cli;

/// <summary>What <c>csi-secrets render</c> was asked for.</summary>
internal sealed record RenderRequest
{
    /// <summary>Files of manifests: what is to be rendered, and the ConfigMaps and Secrets whose keys hold templates.</summary>
    public required IReadOnlyList<string> Manifests { get; init; }

    /// <summary>A YAML or JSON file of names and values.</summary>
    public required string Values { get; init; }

    /// <summary>Only the object of that name; empty for all.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether functions that cost much may be called, as the controller allows them.</summary>
    public bool AllowExpensive { get; init; }

    public IEnumerable<string> Files => [.. Manifests, Values];
}
