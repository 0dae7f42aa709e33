using System.Text.Json;
using CsiSecrets.Model;

namespace CsiSecrets.Kube.Folder;

/// <summary>The API server's selectors over one object: namespace, fields by equality, labels by equality and presence.</summary>
internal static class FolderSelector
{
    public static bool Matches(FolderObject one, KubeQuery query)
    {
        if (query.Namespace.Length > 0 && one.Id.Key.Namespace.Length > 0 && one.Id.Key.Namespace != query.Namespace)
        {
            return false;
        }

        if (query.FieldSelector.Length == 0 && query.LabelSelector.Length == 0)
        {
            return true;
        }

        using JsonDocument json = JsonDocument.Parse(one.Json.Memory);
        return Terms(query.FieldSelector).All(t => MatchesField(one, json.RootElement, t)) && Terms(query.LabelSelector).All(t => MatchesLabel(json.RootElement, t));
    }

    private static string[] Terms(string selector) => selector.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool MatchesField(FolderObject one, JsonElement root, string term)
    {
        (string field, string value, bool negated) = Split(term);
        string? found = field switch
        {
            "metadata.name" => one.Id.Key.Name,
            "metadata.namespace" => one.Id.Key.Namespace,
            _ => Text(root, field.Split('.')),
        };

        // Nobody schedules a folder's pods: one that names no node is on every one.
        return found is null && field == "spec.nodeName" ? !negated : (found ?? "") == value != negated;
    }

    private static bool MatchesLabel(JsonElement root, string term)
    {
        if (!term.Contains('=', StringComparison.Ordinal))
        {
            bool absent = term[0] == '!';
            return Text(root, ["metadata", "labels", term.TrimStart('!')]) is null == absent;
        }

        (string label, string value, bool negated) = Split(term);
        return Text(root, ["metadata", "labels", label]) == value != negated;
    }

    private static (string Name, string Value, bool Negated) Split(string term)
    {
        int equals = term.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            throw new SecretsException(FailureReason.KubernetesInvalid, $"selector {term}", "only NAME=VALUE and NAME!=VALUE are understood here", "");
        }

        bool negated = term[equals - 1] == '!';
        return (term[..(negated ? equals - 1 : equals)].Trim(), term[(equals + 1)..].TrimStart('=').Trim(), negated);
    }

    private static string? Text(JsonElement at, ReadOnlySpan<string> path)
    {
        foreach (string name in path)
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return null;
            }
        }

        return at.ValueKind == JsonValueKind.String ? at.GetString() : null;
    }
}
