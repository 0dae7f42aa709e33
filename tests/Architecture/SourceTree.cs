using System.Runtime.CompilerServices;

namespace CsiSecrets.Tests.Architecture;

/// <summary>The checked-out sources of the program.</summary>
internal static class SourceTree
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", ".."));

    /// <summary>Every source file of the program that a person wrote.</summary>
    public static IReadOnlyList<SourceFile> Driver { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, "driver"), "*.cs", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(Path.GetRelativePath(Path.Combine(Root, "driver"), path), File.ReadAllLines(path))),
    ];

    private static string Here([CallerFilePath] string path = "") => path;
}

/// <summary>One file; <see cref="Path"/> is relative to <c>driver/</c>.</summary>
internal sealed record SourceFile(string Path, string[] Lines)
{
    /// <summary>The top folder, which is the room; empty for <c>Program.cs</c>.</summary>
    public string Room => Path.Contains('/') ? Path[..Path.IndexOf('/')] : "";

    public override string ToString() => Path;
}
