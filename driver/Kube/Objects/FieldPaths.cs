using System.Text.Json;

namespace CsiSecrets.Kube.Objects;

/// <summary>The fields of a <c>fieldsV1</c> as paths. Names begin with <c>f:</c> (a field), <c>k:</c> (the key of a list's item), <c>v:</c> (a value
/// of a set), <c>i:</c> (an index).</summary>
internal static class FieldPaths
{
    public static IReadOnlySet<string> Of(JsonElement fields)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        Add(paths, fields, "");
        return paths;
    }

    private static void Add(HashSet<string> paths, JsonElement fields, string at)
    {
        bool leaf = true;
        foreach (JsonProperty one in fields.EnumerateObject())
        {
            if (one.Name.Length > 2 && one.Value.ValueKind == JsonValueKind.Object)
            {
                leaf = false;
                string name = one.Name.StartsWith("f:", StringComparison.Ordinal) ? one.Name[2..] : $"[{one.Name[2..]}]";
                Add(paths, one.Value, at.Length == 0 || name[0] == '[' ? at + name : $"{at}.{name}");
            }
        }

        if (leaf && at.Length > 0)
        {
            paths.Add(at);
        }
    }
}
