using CsiSecrets.Tests.Architecture;

namespace CsiSecrets.Tests.Docs;

/// <summary>What people read: README, docs and the examples' pages.</summary>
internal static class Pages
{
    public static IReadOnlyList<string> All { get; } =
    [
        Path.Combine(SourceTree.Root, "README.md"),
        .. ((string[])["docs", "examples"]).SelectMany(f => Directory.EnumerateFiles(Path.Combine(SourceTree.Root, f), "*.md", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal),
    ];

    public static string Read(string name) => File.ReadAllText(Path.Combine(SourceTree.Root, name));

    /// <summary>A page's text under one heading, to the next of the same rank.</summary>
    public static string Section(string page, string heading)
    {
        string[] parts = ("\n" + page).Split("\n## ");
        return Assert.Single(parts, p => p.StartsWith(heading + "\n", StringComparison.Ordinal))[heading.Length..];
    }

    public static string NameOf(string path) => Path.GetRelativePath(SourceTree.Root, path);
}
