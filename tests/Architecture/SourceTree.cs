using System.Reflection;

namespace CsiSecrets.Tests.Architecture;

/// <summary>The checked-out sources of the program.</summary>
internal static class SourceTree
{
    /// <summary>Written into the assembly by the build: a compiler's own file paths are mapped to <c>/_/</c> in builds of continuous integration.</summary>
    public static string Root { get; } =
        typeof(SourceTree).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "SourceRoot").Value!;

    /// <summary>Every source file of the program that a person wrote.</summary>
    public static IReadOnlyList<SourceFile> Driver { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, "driver"), "*.cs", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(Path.GetRelativePath(Path.Combine(Root, "driver"), path), File.ReadAllLines(path))),
    ];
}

/// <summary>One file; <see cref="Path"/> is relative to <c>driver/</c>.</summary>
internal sealed record SourceFile(string Path, string[] Lines)
{
    /// <summary>The top folder, which is the room; empty for <c>Program.cs</c>.</summary>
    public string Room => Path.Contains('/') ? Path[..Path.IndexOf('/')] : "";

    public override string ToString() => Path;
}
