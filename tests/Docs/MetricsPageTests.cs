using System.Text.RegularExpressions;
using CsiSecrets.Tests.Harness;
using CsiSecrets.Tests.Sync;

namespace CsiSecrets.Tests.Docs;

/// <summary>docs/metrics.md lists what is served, by name and type, and nothing else.</summary>
public sealed partial class MetricsPageTests
{
    private static readonly string Page = Pages.Read("docs/metrics.md");

    [Fact]
    public async Task Node_ServesWhatThePageLists()
    {
        await using NodeUnderTest node = await NodeUnderTest.StartAsync(new NodeSetup { Options = static o => o.InPlace.Enabled = true });

        Assert.Equal(Listed("Of both", "Of a node"), Served(node.Meters.Expose()));
    }

    [Fact]
    public async Task Controller_ServesWhatThePageLists()
    {
        await using ControllerUnderTest controller = await ControllerUnderTest.StartAsync(static c => c.Options.Reload.Enabled = c.Options.SecretObjects = true);

        Assert.Equal(Listed("Of both", "Of the controller"), Served(controller.Meters.Expose()));
    }

    private static IEnumerable<string> Listed(params string[] sections) => sections
        .SelectMany(s => Row().Matches(Pages.Section(Page, s)))
        .SelectMany(row => Name().Matches(row.Groups[1].Value).Select(name => $"{name.Groups[1].Value} {row.Groups[2].Value}"))
        .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Served(string text) => Type().Matches(text).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal);

    [GeneratedRegex("^\\| (`[^|]*) \\| (\\w+) \\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name();

    [GeneratedRegex("^# TYPE (.+)$", RegexOptions.Multiline)]
    private static partial Regex Type();
}
