using CsiSecrets.Model;

namespace CsiSecrets.Providers.Kubernetes;

/// <summary>What is taken of a Secret.</summary>
internal enum SecretForm
{
    /// <summary>Its data as the API has it: a JSON object of base64, from which single keys and all are taken.</summary>
    Data,

    /// <summary>Its labels and annotations.</summary>
    Metadata,

    /// <summary>Its data as a JSON object of texts: what a find gives for each Secret.</summary>
    Text,
}

/// <summary>One Secret in the store's remote namespace.</summary>
internal sealed record KubernetesRequest : SecretRequest
{
    public required string Secret { get; init; }

    public required SecretForm Form { get; init; }

    public static KubernetesRequest Of(string secret, SecretForm form) => new()
    {
        Secret = secret,
        Form = form,
        Name = form == SecretForm.Metadata ? $"metadata of Secret {secret}" : $"Secret {secret}",
        ObjectKey = $"{form}/{secret}",
    };
}
