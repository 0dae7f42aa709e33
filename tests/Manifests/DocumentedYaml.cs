namespace CsiSecrets.Tests.Manifests;

/// <summary>Manifests as a page shows them, indented by four: what a reader copies is what a test applies.</summary>
internal static class DocumentedYaml
{
    /// <param name="page">E.g. <c>docs/controller.md</c>.</param>
    /// <param name="holding">A text of the one block that is meant.</param>
    public static string Of(string page, string holding) => Assert.Single(Blocks(page), b => b.Contains(holding, StringComparison.Ordinal));

    private static IEnumerable<string> Blocks(string page)
    {
        var block = new List<string>();
        foreach (string line in Repository.Lines(page).Append(""))
        {
            if (line.StartsWith("    ", StringComparison.Ordinal))
            {
                block.Add(line[4..]);
            }
            else if (block.Count > 0)
            {
                yield return string.Join('\n', block);
                block.Clear();
            }
        }
    }
}
