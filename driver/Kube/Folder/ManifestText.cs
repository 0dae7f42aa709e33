using System.Text.RegularExpressions;
using CsiSecrets.JsonQuery;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube.Folder;

/// <summary>A file's text as manifests: every document, the items of Lists, and everything that is wrong. Pure.</summary>
internal sealed partial class ManifestText(IReadOnlyList<FolderKind> kinds)
{
    private const string DefaultNamespace = "default";
    private const int LargestManifest = 4 << 20;

    /// <summary>The objects, and what is wrong. Throws <see cref="YamlTextException"/> when the text is no YAML.</summary>
    public (IReadOnlyList<ManifestDocument> Objects, IReadOnlyList<ManifestProblem> Problems) Read(string file, ReadOnlySpan<byte> text)
    {
        var objects = new List<ManifestDocument>();
        var problems = new List<ManifestProblem>();
        IReadOnlyList<YamlDocument> documents = YamlText.Read(text);
        for (int i = 0; i < documents.Count; i++)
        {
            JsonTree root = documents[i].Root;
            if (root.Member("kind") is { Text: "List" } && root.Member("items") is { Kind: JsonKind.Array } items)
            {
                for (int item = 0; item < items.Count; item++)
                {
                    Read(items.Items[item], new ManifestPlace(file, i + 1, documents[i].Line, item + 1), objects, problems);
                }
            }
            else
            {
                Read(root, new ManifestPlace(file, i + 1, documents[i].Line, null), objects, problems);
            }
        }

        return (objects, problems);
    }

    private void Read(JsonTree root, ManifestPlace place, List<ManifestDocument> objects, List<ManifestProblem> problems)
    {
        void Wrong(string what) => problems.Add(new ManifestProblem(place.ToString(), what));
        if (root.Kind != JsonKind.Object)
        {
            Wrong("not a manifest: a mapping with apiVersion, kind and metadata is needed");
            return;
        }

        if (TextOf(root, "apiVersion") is not { } apiVersion || TextOf(root, "kind") is not { } kind)
        {
            Wrong($"{(TextOf(root, "apiVersion") is null ? "apiVersion" : "kind")}: missing or not a text");
            return;
        }

        string group = apiVersion.Contains('/', StringComparison.Ordinal) ? apiVersion[..apiVersion.IndexOf('/', StringComparison.Ordinal)] : "";
        if (kinds.FirstOrDefault(k => k.Group == group && k.Kind == kind) is not { } known)
        {
            Wrong($"kind: {Shown(kind)} of {Shown(apiVersion)} does nothing here and is passed over");
            return;
        }

        JsonTree? metadata = root.Member("metadata");
        string? name = metadata is null ? null : TextOf(metadata, "name");
        if (name is null || !NameForm().IsMatch(name) || name.Length > 253)
        {
            Wrong(name is null ? "metadata.name: missing or not a text" : "metadata.name: not a name (small letters, digits, - and .)");
            return;
        }

        string ns = !known.Namespaced ? "" : metadata!.Member("namespace") is null or { IsNull: true } ? DefaultNamespace : TextOf(metadata, "namespace") ?? "";
        if (known.Namespaced && (!NamespaceForm().IsMatch(ns) || ns.Length > 63))
        {
            Wrong("metadata.namespace: not a name (small letters, digits and -)");
            return;
        }

        byte[] json = JsonTreeWriter.ToJson(root, LargestManifest);
        string? problem = known.Problem(json);
        var id = new ObjectId(group, kind, new ObjectKey(ns, name));
        objects.Add(new ManifestDocument(id, place, json, problem));
        if (problem is not null)
        {
            Wrong($"{id}: {problem}");
        }
    }

    private static string? TextOf(JsonTree tree, string member) =>
        tree.Member(member) is { Kind: JsonKind.String, Text: { Length: > 0 } text } ? text : null;

    /// <summary>Hostile text must not fill or split a line.</summary>
    private static string Shown(string text) =>
        new([.. (text.Length > 100 ? text[..100] : text).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)]);

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamespaceForm();
}
