using System.Security.Cryptography;
using System.Text;
using CsiSecrets.JsonQuery;
using CsiSecrets.Model;
using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Json;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>
/// The rewrite that merges values which are JSON objects. Texts come out as Go's encoding/json writes them (names in order), so that what the
/// peer wrote is not seen as changed; numbers that a double cannot hold stay as they are, where the peer would round them.
/// </summary>
internal static class ValueMerger
{
    private const int MostBytes = 1 << 20;

    /// <summary>The receiver owns the result.</summary>
    public static SecretSet Merge(KeyRewrite.Merge rewrite, SecretSet values, string at)
    {
        SortedDictionary<string, JsonTree> merged = Collect(rewrite, values, at);
        var result = new SecretSet();
        if (rewrite.Strategy == MergeStrategy.Json)
        {
            foreach ((string name, SecretBytes value) in values.Items)
            {
                result.Put(name, value.Share());
            }

            result.Put(rewrite.Into, Json(JsonTree.OfObject(merged), escapeHtml: false, at));
            return result;
        }

        foreach ((string name, JsonTree value) in merged)
        {
            result.Put(name, Text(value, at));
        }

        return result;
    }

    private static SortedDictionary<string, JsonTree> Collect(KeyRewrite.Merge rewrite, SecretSet values, string at)
    {
        var merged = new SortedDictionary<string, JsonTree>(StringComparer.Ordinal);
        var conflicts = new List<string>();
        foreach (string name in values.Names.Except(rewrite.Priority, StringComparer.Ordinal).Concat(rewrite.Priority))
        {
            if (values.Find(name) is not { } value)
            {
                if (rewrite.PriorityPolicy == MergePriority.IgnoreNotFound)
                {
                    continue;
                }

                throw Failure(at, $"merge failed with key {FieldProblems.Show(name)} not found in input map", "correct priority, or set priorityPolicy to IgnoreNotFound");
            }

            foreach ((string member, JsonTree item) in Parse(value, name, at).Members)
            {
                if (merged.ContainsKey(member))
                {
                    conflicts.Add(member);
                }

                merged[member] = item;
            }
        }

        return conflicts.Count == 0 || rewrite.ConflictPolicy == MergeConflict.Ignore
            ? merged
            : throw Failure(at, $"merge failed with conflicts: {string.Join(", ", conflicts)}", "set conflictPolicy to Ignore, or rename the members");
    }

    private static JsonTree Parse(SecretBytes value, string name, string at)
    {
        try
        {
            JsonTree tree = JsonTree.Parse(value.Span);
            return tree.Kind is JsonKind.Object or JsonKind.Null
                ? tree
                : throw Failure(at, $"merge failed: the value of {FieldProblems.Show(name)} is no JSON object", "merge objects only");
        }
        catch (JsonTreeException e)
        {
            throw Failure(at, $"merge failed: the value of {FieldProblems.Show(name)}: {e.Message}", "merge JSON objects only");
        }
    }

    private static SecretBytes Text(JsonTree value, string at) => value.Kind switch
    {
        JsonKind.String => SecretBytes.FromText(value.Text),
        JsonKind.Null => SecretBytes.Copy([]),
        JsonKind.Boolean => SecretBytes.FromText(value.Text),
        JsonKind.Number => SecretBytes.FromText(Number(value, plain: true)),
        _ => Json(value, escapeHtml: true, at),
    };

    private static SecretBytes Json(JsonTree value, bool escapeHtml, string at)
    {
        byte[] json;
        try
        {
            json = JsonTreeWriter.ToJson(Ordered(value), MostBytes);
        }
        catch (JsonTreeException e)
        {
            throw Failure(at, $"merge failed: {e.Message}", "merge smaller objects");
        }

        try
        {
            return escapeHtml ? SecretBytes.FromText(Escaped(Encoding.UTF8.GetString(json))) : SecretBytes.Copy(json);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(json);
        }
    }

    /// <summary>These three stand in strings only.</summary>
    private static string Escaped(string json) => json
        .Replace("<", "\\u003c", StringComparison.Ordinal)
        .Replace(">", "\\u003e", StringComparison.Ordinal)
        .Replace("&", "\\u0026", StringComparison.Ordinal);

    private static JsonTree Ordered(JsonTree value) => value.Kind switch
    {
        JsonKind.Object => JsonTree.OfObject(value.Members
            .OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => new KeyValuePair<string, JsonTree>(m.Key, Ordered(m.Value)))),
        JsonKind.Array => JsonTree.OfArray([.. value.Items.Select(Ordered)]),
        JsonKind.Number => JsonTree.OfNumber(Number(value, plain: false)),
        _ => value,
    };

    private static string Number(JsonTree number, bool plain)
    {
        double value = JsonNumber.ToDouble(number);
        string text = plain ? FloatText.Format(value, 'f', -1) : JsonEncoder.Number(value);
        return !JsonNumber.TryExact(number, out _) || JsonNumber.Compare(number, JsonTree.OfNumber(text)) == 0 ? text : number.Text;
    }

    private static SecretsException Failure(string at, string cause, string remedy) => new(FailureReason.ValueInvalid, at, cause, remedy);
}
