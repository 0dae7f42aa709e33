using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace CsiSecrets.Tests.Manifests;

/// <summary>The repository's own files, found upwards from the test program.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    public static IReadOnlyList<YamlNode> Documents(TextReader text)
    {
        var stream = new YamlStream();
        stream.Load(text);
        return [.. stream.Documents.Select(d => d.RootNode)];
    }

    public static IReadOnlyList<YamlNode> Documents(string path)
    {
        using StreamReader file = File.OpenText(Path.Combine(Root, path));
        return Documents(file);
    }

    /// <summary>The node's text with sorted keys and one way of quoting, so that two writers of YAML can be compared.</summary>
    public static string Canonical(YamlNode node) => node switch
    {
        YamlMappingNode map => "{" + string.Join(", ", map.Children
            .Select(c => Canonical(c.Key) + ": " + Canonical(c.Value)).Order(StringComparer.Ordinal)) + "}",
        YamlSequenceNode list => "[" + string.Join(", ", list.Children.Select(Canonical)) + "]",
        YamlScalarNode { Style: ScalarStyle.Plain } scalar when IsTyped(scalar.Value ?? "") => scalar.Value ?? "",
        YamlScalarNode scalar => "'" + scalar.Value + "'",
        _ => throw new InvalidDataException($"unexpected node {node.NodeType}"),
    };

    private static bool IsTyped(string value) =>
        value is "" or "~" or "null" or "true" or "false" || double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out _);

    private static string FindRoot(string folder) => File.Exists(Path.Combine(folder, "CsiSecrets.sln"))
        ? folder
        : FindRoot(Path.GetDirectoryName(folder.TrimEnd('/')) ?? throw new InvalidOperationException("CsiSecrets.sln is in no folder above the tests"));
}
