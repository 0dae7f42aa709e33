using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace CsiSecrets.Tests.Manifests;

/// <summary>Each variant is also committed rendered, because kubectl before 1.21 knows no components: the two must say the same.</summary>
public sealed partial class RenderedManifestsTests
{
    private static readonly string[] Folders = ["crds", "daemonset", "controller"];

    /// <summary>Every committed rendering: folder and variant.</summary>
    public static TheoryData<string, string> Variants => new(
        from folder in Folders
        from file in Directory.GetFiles(Path.Combine(Repository.Root, folder, "rendered"), "*.yaml").Order(StringComparer.Ordinal)
        select (folder, Path.GetFileNameWithoutExtension(file)));

    [Theory]
    [MemberData(nameof(Variants))]
    public void RenderedFile_ComparedWithItsParts_IsTheSame(string folder, string variant) => Assert.Equal(
        Kustomization.Build(Path.Combine(Repository.Root, folder, variant)).Select(Repository.Canonical).Order(StringComparer.Ordinal),
        Repository.Documents($"{folder}/rendered/{variant}.yaml").Select(Repository.Canonical).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Variants))]
    public void RenderedFile_ComparedWithKustomize_IsTheSame(string folder, string variant)
    {
        SkipWithoutComponents();

        string kustomized = Run("kubectl", "kustomize", Path.Combine(Repository.Root, folder, variant));

        using var text = new StringReader(kustomized);
        Assert.Equal(
            Repository.Documents(text).Select(Repository.Canonical).Order(StringComparer.Ordinal),
            Repository.Documents($"{folder}/rendered/{variant}.yaml").Select(Repository.Canonical).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("crds")]
    [InlineData("daemonset")]
    [InlineData("controller")]
    public void RenderedFolder_ForEachVariant_HoldsOneFile(string folder)
    {
        string root = Path.Combine(Repository.Root, folder);

        Assert.Equal(
            Directory.GetDirectories(root).Where(d => File.Exists(Path.Combine(d, "kustomization.yaml"))).Select(d => Path.GetFileName(d) + ".yaml").Order(),
            Directory.GetFiles(Path.Combine(root, "rendered")).Select(Path.GetFileName).Order());
    }

    private static void SkipWithoutComponents()
    {
        string version = "";
        try
        {
            version = Run("kubectl", "version", "--client", "-o", "json");
        }
        catch (Win32Exception)
        {
            Assert.Skip("no kubectl on this machine");
        }

        int minor = int.Parse(MinorVersion().Match(version).Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture);
        Assert.SkipWhen(minor < 21, $"kubectl 1.{minor} knows no kustomize components; 1.21 does");
    }

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    [GeneratedRegex("\"minor\": *\"([0-9]+)")]
    private static partial Regex MinorVersion();
}
