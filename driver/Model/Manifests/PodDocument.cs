using System.Text.Json;

namespace CsiSecrets.Model.Manifests;

/// <summary>core/v1 Pod with its spec as it is: for the question whether it refers to a Secret, wherever in it that may be.</summary>
internal sealed record PodDocument : KubeObject
{
    public JsonElement Spec { get; init; }

    /// <summary>Whether the pod takes anything from the Secret: variables, volumes, pull secrets, credentials of its volumes.</summary>
    public bool RefersToSecret(string name) => Spec.ValueKind == JsonValueKind.Object && Refers(Spec, name);

    private static bool Refers(JsonElement element, string name) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Any(p => Names(p, name) || Refers(p.Value, name)),
        JsonValueKind.Array => element.EnumerateArray().Any(e => Refers(e, name)),
        _ => false,
    };

    private static bool Names(JsonProperty property, string name) => property.Name switch
    {
        "secretName" => property.Value.ValueKind == JsonValueKind.String && property.Value.ValueEquals(name),
        "imagePullSecrets" => property.Value.ValueKind == JsonValueKind.Array && property.Value.EnumerateArray().Any(e => IsNamed(e, name)),
        "secretRef" or "secretKeyRef" or "secret" => IsNamed(property.Value, name),
        _ => property.Name.EndsWith("SecretRef", StringComparison.Ordinal) && IsNamed(property.Value, name),
    };

    private static bool IsNamed(JsonElement reference, string name) =>
        reference.ValueKind == JsonValueKind.Object && reference.TryGetProperty("name", out JsonElement its)
        && its.ValueKind == JsonValueKind.String && its.ValueEquals(name);
}
