using System.Text.RegularExpressions;
using CsiSecrets.Tests.Architecture;

namespace CsiSecrets.Tests.Docs;

/// <summary>What docs/troubleshooting.md has people look for is what the program says.</summary>
public sealed partial class TroubleshootingPageTests
{
    private static readonly string Said = string.Join('\n', SourceTree.Driver.SelectMany(f => f.Lines));

    [Theory]
    [InlineData("Pods")]
    [InlineData("ExternalSecrets and stores")]
    [InlineData("Secrets made from classes")]
    public void AMessageOfTheTable_IsInTheProgram(string section)
    {
        string[] messages =
        [
            .. Pages.Section(Pages.Read("docs/troubleshooting.md"), section).Split('\n')
                .Where(l => l.StartsWith("| `", StringComparison.Ordinal))
                .Select(l => l.Split(" | ")[0])
                .Where(cell => !cell.EndsWith("'s)", StringComparison.Ordinal)) // another program's words
                .SelectMany(cell => Quoted().Matches(cell).Select(m => m.Groups[1].Value)),
        ];

        Assert.NotEmpty(messages);
        Assert.All(messages, m => Assert.True(Said.Contains(m, StringComparison.Ordinal) || m.StartsWith('/'), m));
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
