using System.Text.RegularExpressions;
using CsiSecrets.Tests.Architecture;

namespace CsiSecrets.Tests.Docs;

/// <summary>What a page points to is there.</summary>
public sealed partial class LinkTests
{
    [Fact]
    public void ALink_LeadsToAFileOfTheRepository()
    {
        var broken =
            from page in Pages.All
            from match in Link().Matches(File.ReadAllText(page))
            let target = match.Groups[1].Value.Split('#')[0]
            where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
            where !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target))
            select $"{Pages.NameOf(page)}: {target}";

        Assert.Empty(broken);
    }

    [Fact]
    public void APath_ThatAPageNames_IsThere()
    {
        var gone =
            from page in Pages.All
            from match in Place().Matches(File.ReadAllText(page))
            let path = match.Groups[1].Value.TrimEnd('.', '/')
            where !Path.Exists(Path.Combine(SourceTree.Root, path)) && !IsTypeOf(path)
            select $"{Pages.NameOf(page)}: {path}";

        Assert.Empty(gone.Distinct());
    }

    /// <summary>driver/Telemetry/Meters is written for driver/Telemetry/Meters.cs, and tests/Sync/ClockTests likewise.</summary>
    private static bool IsTypeOf(string path) => File.Exists(Path.Combine(SourceTree.Root, path + ".cs"));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<![\w/.~-])(?:csi-secrets/)?((?:docs|driver|tests|daemonset|controller|crds|examples|bench|proto)/[\w./-]+)")]
    private static partial Regex Place();
}
