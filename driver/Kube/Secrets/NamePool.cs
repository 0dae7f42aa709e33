using System.Text.Json;
using CsiSecrets.Model;

namespace CsiSecrets.Kube.Secrets;

/// <summary>The names that repeat within one Secret, and those that repeat in every one, each as one string.</summary>
internal sealed class NamePool
{
    private static readonly Dictionary<string, string> Common = new[]
    {
        "manager", "operation", "fieldsV1", "f:data", "f:metadata", "f:labels", "f:annotations", "f:finalizers", "f:ownerReferences",
        "apiVersion", "kind", "metadata", "type", "immutable", "data", "managedFields", "Apply", "Update", "true", "Opaque", "v1",
        "external-secrets", "external-secrets.io/v1", "external-secrets.io/v1beta1", "ExternalSecret", "kubectl", "kubectl-edit",
        "reconcile.external-secrets.io/managed", "reconcile.external-secrets.io/created-by", "reconcile.external-secrets.io/data-hash",
        "reconcile.external-secrets.io/contributors", "kubernetes.io/tls", "kubernetes.io/dockerconfigjson", "kubernetes.io/basic-auth",
    }.ToDictionary(static n => n, StringComparer.Ordinal);

    private static readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> CommonSpans =
        Common.GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly HashSet<string> own = new(StringComparer.Ordinal);

    /// <summary>The reader's string or property name.</summary>
    public string Of(ref Utf8JsonReader reader)
    {
        Span<char> text = stackalloc char[128];
        int most = reader.HasValueSequence ? (int)reader.ValueSequence.Length : reader.ValueSpan.Length;
        if (most > text.Length)
        {
            return Of(reader.GetString() ?? "");
        }

        text = text[..reader.CopyString(text)];
        return CommonSpans.TryGetValue(text, out string? common) ? common : Of(RecentStrings.Of(text));
    }

    public string Of(string name)
    {
        if (Common.TryGetValue(name, out string? common) || own.TryGetValue(name, out common))
        {
            return common;
        }

        own.Add(name);
        return name;
    }
}
