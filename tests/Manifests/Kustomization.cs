using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace CsiSecrets.Tests.Manifests;

/// <summary>
/// What the manifests use of kustomize: resources, components, a namespace, and JSON patches that add. Anything else in a
/// kustomization.yaml is refused, so that a file that needs more is noticed.
/// </summary>
internal static class Kustomization
{
    private static readonly HashSet<string> Known = ["apiVersion", "kind", "resources", "components", "namespace", "patches"];

    private static readonly HashSet<string> Namespaced = ["ServiceAccount", "DaemonSet", "Deployment", "Service", "Role", "RoleBinding", "ConfigMap"];

    /// <summary>The objects of a folder with a kustomization.yaml.</summary>
    public static IReadOnlyList<YamlMappingNode> Build(string folder)
    {
        List<YamlMappingNode> objects = [];
        Apply(folder, objects);
        return objects;
    }

    private static void Apply(string folder, List<YamlMappingNode> objects)
    {
        var file = (YamlMappingNode)Assert.Single(Documents(Path.Combine(folder, "kustomization.yaml")));
        Assert.All(file.Children.Keys, key => Assert.Contains(Text(key), Known));
        foreach (string resource in List(file, "resources").Select(Text))
        {
            string path = Path.Combine(folder, resource);
            objects.AddRange(Directory.Exists(path) ? Build(path) : Documents(path).Cast<YamlMappingNode>());
        }

        foreach (YamlNode patch in List(file, "patches"))
        {
            YamlMappingNode target = Assert.Single(objects, o => Fits(o, patch["target"]));
            using var text = new StringReader(Text(patch["patch"]));
            foreach (YamlNode operation in ((YamlSequenceNode)Assert.Single(Repository.Documents(text))).Children)
            {
                Assert.Equal("add", Text(operation["op"]));
                Add(target, Text(operation["path"]).Split('/')[1..], operation["value"]);
            }
        }

        foreach (string component in List(file, "components").Select(Text))
        {
            Apply(Path.Combine(folder, component), objects);
        }

        if (file.Children.TryGetValue("namespace", out YamlNode? ns))
        {
            foreach (YamlMappingNode one in objects.Where(o => Namespaced.Contains(Text(o["kind"]))))
            {
                ((YamlMappingNode)one["metadata"]).Children["namespace"] = ns;
            }
        }
    }

    private static bool Fits(YamlMappingNode one, YamlNode target) =>
        Text(one["kind"]) == Text(target["kind"]) && Text(one["metadata"]["name"]) == Text(target["name"]);

    private static void Add(YamlNode at, string[] path, YamlNode value)
    {
        string key = path[0].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        switch (at, path.Length)
        {
            case (YamlSequenceNode list, 1) when key == "-":
                list.Add(value);
                break;
            case (YamlSequenceNode list, > 1):
                Add(list[int.Parse(key, CultureInfo.InvariantCulture)], path[1..], value);
                break;
            case (YamlMappingNode map, 1):
                map.Children[key] = value;
                break;
            default:
                Add(at[key], path[1..], value);
                break;
        }
    }

    private static IEnumerable<YamlNode> List(YamlMappingNode file, string name) =>
        file.Children.TryGetValue(name, out YamlNode? list) ? ((YamlSequenceNode)list).Children : [];

    private static IReadOnlyList<YamlNode> Documents(string path)
    {
        using StreamReader text = File.OpenText(path);
        return Repository.Documents(text);
    }

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;
}
