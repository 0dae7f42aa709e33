using System.Text.RegularExpressions;
using CsiSecrets.Hosting;

namespace CsiSecrets.Tests.Docs;

/// <summary>docs/flags.md says what <c>--help</c> says, and no page speaks of a flag that does not exist.</summary>
public sealed partial class FlagsPageTests
{
    /// <summary>Of kubectl, dotnet, docker, helm and aws, which the pages have people type.</summary>
    private static readonly string[] Foreign =
    [
        "count", "field-selector", "force", "force-conflicts", "json", "list", "namespace", "only", "overwrite", "project", "raw", "server-side", "set",
    ];

    private static readonly IReadOnlyDictionary<string, string> Helps = new Dictionary<string, string>
    {
        ["node"] = NodeFlags.For(new NodeOptions()).Help(),
        ["controller"] = ControllerFlags.For(new ControllerOptions()).Help(),
        ["local"] = LocalOptions.FlagsFor(new LocalOptions()).Help(),
        ["render"] = RenderOptions.FlagsFor(new RenderOptions()).Help(),
    };

    public static TheoryData<string> Verbs => [.. Helps.Keys];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Help_OfAVerb_StandsOnThePage(string verb)
    {
        string block = Pages.Section(Pages.Read("docs/flags.md"), $"csi-secrets {verb}").Split("```")[1];

        Assert.Equal(Helps[verb], block.Trim('\n'));
    }

    [Fact]
    public void AFlag_ThatAPageNames_Exists()
    {
        HashSet<string> known = [.. Foreign, .. Helps.Values.SelectMany(h => Flag().Matches(h)).Select(m => m.Groups[1].Value), "help"];

        var unknown =
            from page in Pages.All
            from match in Flag().Matches(File.ReadAllText(page))
            where !known.Contains(match.Groups[1].Value)
            select $"{Pages.NameOf(page)}: {match.Value}";

        Assert.Empty(unknown);
    }

    [GeneratedRegex(@"(?<![\w-])--([A-Za-z][\w-]*)")]
    private static partial Regex Flag();
}
