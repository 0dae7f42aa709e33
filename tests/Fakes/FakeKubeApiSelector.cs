using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CsiSecrets.Tests.Fakes;

/// <summary>A field selector and a label selector, as the API server reads them.</summary>
internal sealed partial class FakeKubeApiSelector(string fields, string labels)
{
    private static readonly string[] Known = ["metadata.name", "metadata.namespace", "spec.nodeName", "status.phase", "type", "involvedObject.uid"];

    public bool Matches(JsonObject value) =>
        fields.Split(',', StringSplitOptions.RemoveEmptyEntries).All(term => FieldMatches(term, value))
        && Terms().Split(labels).Where(static t => t.Length > 0).All(term => LabelMatches(term.Trim(), value["metadata"]?["labels"]));

    private static bool FieldMatches(string term, JsonObject value)
    {
        bool not = term.Contains("!=", StringComparison.Ordinal);
        string[] parts = term.Split(not ? "!=" : term.Contains("==", StringComparison.Ordinal) ? "==" : "=", 2);
        if (parts.Length != 2 || !Known.Contains(parts[0]))
        {
            throw new FakeKubeApiRefusal(400, "BadRequest", $"field label not supported: {parts[0]}");
        }

        JsonNode? at = parts[0].Split('.').Aggregate((JsonNode?)value, static (node, key) => (node as JsonObject)?[key]);
        return ((at?.ToString() ?? "") == parts[1]) != not;
    }

    private static bool LabelMatches(string term, JsonNode? labels)
    {
        Match set = SetTerm().Match(term);
        if (set.Success)
        {
            bool within = set.Groups[3].Value.Split(',').Select(static v => v.Trim()).Contains(labels?[set.Groups[1].Value]?.ToString());
            return within == (set.Groups[2].Value == "in");
        }

        bool not = term.Contains("!=", StringComparison.Ordinal);
        string[] parts = term.Split(not ? "!=" : term.Contains("==", StringComparison.Ordinal) ? "==" : "=", 2);
        if (parts.Length == 2)
        {
            return (labels?[parts[0].Trim()]?.ToString() == parts[1].Trim()) != not;
        }

        return term.StartsWith('!') ? labels?[term[1..]] is null : labels?[term] is not null;
    }

    [GeneratedRegex(@",(?![^(]*\))")]
    private static partial Regex Terms();

    [GeneratedRegex(@"^(\S+)\s+(in|notin)\s+\(([^)]*)\)$")]
    private static partial Regex SetTerm();
}
