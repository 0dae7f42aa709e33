using System.Text.RegularExpressions;

namespace CsiSecrets.Tests.Architecture;

/// <summary>The arrows of <c>docs/architecture.md</c> hold in the code: data flows one way.</summary>
public sealed partial class LayerTests
{
    private static readonly Dictionary<string, string[]> Allowed = ReadTable();

    [Fact]
    public void EveryRoom_IsInTheTable_AndEveryRowIsARoom()
    {
        string[] rooms = [.. SourceTree.Driver.Select(f => f.Room).Where(r => r.Length > 0).Distinct().Order(StringComparer.Ordinal)];

        Assert.Equal(rooms, Allowed.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AFile_KnowsOnlyTheRoomsThatTheTableAllows()
    {
        var wrong = new List<string>();
        foreach (SourceFile file in SourceTree.Driver.Where(f => f.Room.Length > 0 && f.Room != "Hosting"))
        {
            foreach (string known in RoomsIn(file).Where(r => r != file.Room && r != "Model" && !Allowed[file.Room].Contains(r)))
            {
                wrong.Add($"{file.Path} knows {known}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void TheTable_HasNoCircle()
    {
        var done = new HashSet<string>();
        while (Allowed.Keys.FirstOrDefault(r => !done.Contains(r) && Allowed[r].All(done.Contains)) is { } next)
        {
            done.Add(next);
        }

        Assert.Empty(Allowed.Keys.Except(done));
    }

    [Fact]
    public void AProvider_KnowsNoOtherProvider()
    {
        // A provider is a folder of Providers that has a type named after it.
        string[] providers =
        [
            .. Directory.EnumerateDirectories(Path.Combine(SourceTree.Root, "driver", "Providers")).Select(d => Path.GetFileName(d)!)
                .Where(name => SourceTree.Driver.Any(f => f.Path.StartsWith($"Providers/{name}/", StringComparison.Ordinal) && f.Path.EndsWith($"{name}Provider.cs", StringComparison.Ordinal))),
        ];
        Assert.Contains("Aws", providers);
        var wrong =
            from file in SourceTree.Driver
            from own in providers
            where file.Path.StartsWith($"Providers/{own}/", StringComparison.Ordinal)
            from other in providers
            where other != own && file.Lines.Any(l => l.Contains($"CsiSecrets.Providers.{other}", StringComparison.Ordinal))
            select $"{file.Path} knows {other}";

        Assert.Empty(wrong);
    }

    private static IEnumerable<string> RoomsIn(SourceFile file) =>
        file.Lines.SelectMany(l => Room().Matches(l)).Select(m => m.Groups[1].Value).Where(Allowed.ContainsKey).Distinct();

    /// <summary>Rows like <c>Volumes -> Resolution, Posix    text</c>; a row without an arrow knows nothing but Model.</summary>
    private static Dictionary<string, string[]> ReadTable()
    {
        var table = new Dictionary<string, string[]>(StringComparer.Ordinal);
        string text = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "architecture.md"));
        string block = text.Split("```")[1];
        foreach (Match row in Row().Matches(block))
        {
            string[] known = row.Groups[2].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            table.Add(row.Groups[1].Value, known);
        }

        table["Hosting"] = [.. table.Keys.Where(k => k != "Hosting")];
        return table;
    }

    [GeneratedRegex(@"CsiSecrets\.([A-Z]\w*)")]
    private static partial Regex Room();

    [GeneratedRegex(@"^([A-Z]\w+)(?:[ ]+->[ ]+((?:[A-Z]\w+,[ ]?)*[A-Z]\w+))?(?=[ ]{2,}|$)", RegexOptions.Multiline)]
    private static partial Regex Row();
}
