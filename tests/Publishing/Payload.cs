using CsiSecrets.Model;
using CsiSecrets.Publishing;

namespace CsiSecrets.Tests.Publishing;

/// <summary>Files for tests, and what a pod would see of them.</summary>
internal static class Payload
{
    public static SecretFile File(string path, string text, int mode = 0x1A4) =>
        new() { Path = path, Content = SecretBytes.FromText(text), Mode = mode };

    /// <summary>The volume holds exactly these, through the names a pod uses, and nothing is left beside one set.</summary>
    public static void AssertHolds(string target, params (string Path, string Text)[] expected)
    {
        using (VolumeContent? content = VolumeContent.Open(target))
        {
            Assert.NotNull(content);
            Assert.True(content.IsSet);
            Assert.Equal(expected.Select(file => file.Path).Order(StringComparer.Ordinal), content.ListFiles().Select(file => file.Path));
        }

        foreach ((string path, string text) in expected)
        {
            Assert.Equal(text, System.IO.File.ReadAllText(Path.Combine(target, path)));
        }

        string[] names = [.. Directory.EnumerateFileSystemEntries(target).Select(entry => Path.GetFileName(entry)!)];
        Assert.Equal(
            expected.Select(file => file.Path.Split('/')[0]).Distinct().Order(StringComparer.Ordinal),
            names.Where(name => !name.StartsWith("..", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(2, names.Count(name => name.StartsWith("..", StringComparison.Ordinal)));
    }
}
