using System.Text.RegularExpressions;

namespace CsiSecrets.Tests.Architecture;

/// <summary>Habits that no compiler holds.</summary>
public sealed partial class HabitTests
{
    [Theory]
    [InlineData(@"new RpcException", "Csi/FailureInterceptor.cs", "gRPC status is assigned at one place")]
    [InlineData(@"\bConsole\.(Write|Out|Error)", "Hosting/|Cli/|Local/|Program.cs", "only the command line speaks to a terminal")]
    [InlineData(@"async void", "", "nobody waits for it")]
    [InlineData(@"GetAwaiter\(\)\.GetResult|\.Wait\(\)|Task\.WaitAll", "", "a thread blocked on a task")]
    [InlineData(@"DateTime(Offset)?\.(Utc)?Now|Thread\.Sleep", "", "time comes from TimeProvider")]
    [InlineData(@"Environment\.Exit\b", "", "hosts end by themselves")]
    [InlineData(@"#region|NotImplementedException|\bTODO\b|\bFIXME\b", "", "nothing is left for later")]
    [InlineData(@"GetEnvironmentVariable", "Hosting/|Local/|Cli/|Posix/", "the environment is read by the composition root")]
    public void AHabit_HoldsOutsideItsOwnPlaces(string pattern, string allowedPlaces, string why)
    {
        var found =
            from file in SourceTree.Driver
            where allowedPlaces.Length == 0 || !Regex.IsMatch(file.Path, $"^({allowedPlaces})")
            from line in file.Lines
            where Regex.IsMatch(line, pattern) && !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
            select $"{file.Path}: {line.Trim()}: {why}";

        Assert.Empty(found);
    }

    [Fact]
    public void AConcurrentDictionary_IsSortedOrCopiedFromASnapshotOfItsOwn()
    {
        // LINQ asks for the count and then has the entries copied: it throws when another thread adds one in between.
        const string Copies = "OrderBy|OrderByDescending|Order|Reverse|ToList|ToHashSet|ToDictionary|Concat|Append|Prepend";
        var found =
            from file in SourceTree.Driver
            let fields = Regex.Matches(string.Join('\n', file.Lines), @"\bConcurrentDictionary<[^;=]*?>\??\s+(\w+)\s*[=;,)]")
            from field in fields.Select(m => m.Groups[1].Value).Distinct()
            from line in file.Lines
            where Regex.IsMatch(line, $@"\b{field}\.({Copies})\(|\.\. ?{field}\b(?![.?])")
            select $"{file.Path}: {line.Trim()}";

        Assert.Empty(found);
    }

    [Fact]
    public void CatchingEverything_HappensOnlyWhereACommentNamesTheBoundary()
    {
        var wrong = new List<string>();
        foreach (SourceFile file in SourceTree.Driver)
        {
            for (int i = 1; i < file.Lines.Length; i++)
            {
                bool all = Regex.IsMatch(file.Lines[i], @"catch( \(Exception( \w+)?\))?\s*$");
                bool passesOn = file.Lines.Skip(i).TakeWhile(l => l.TrimEnd() != new string(' ', file.Lines[i].Length - file.Lines[i].TrimStart().Length) + "}").Any(l => l.Trim() == "throw;");
                if (all && !passesOn && !file.Lines[i - 1].Contains("#pragma warning disable CA1031 // ", StringComparison.Ordinal))
                {
                    wrong.Add($"{file.Path}:{i + 1}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void AFolder_IsNamedAfterItsConcept()
    {
        string[] banned = ["Common", "Helpers", "Shared", "Utils", "Core", "Misc", "Managers"];

        Assert.Empty(SourceTree.Driver.SelectMany(f => f.Path.Split('/')[..^1]).Distinct().Intersect(banned));
    }

    [Fact]
    public void AFile_HoldsTheTypeThatItIsNamedAfter()
    {
        // Messages of a wire protocol and the nodes of a syntax tree are one closed family each.
        string[] without = ["Program.cs", "AssemblyInfo.cs", "Messages.cs", "Nodes.cs"];
        var wrong =
            from file in SourceTree.Driver
            where !without.Contains(Path.GetFileName(file.Path)) && !file.Path.EndsWith("Log.cs", StringComparison.Ordinal)
            let name = Path.GetFileNameWithoutExtension(file.Path)
            where !file.Lines.Any(l => Regex.IsMatch(l, $@"\b(class|record|struct|interface|enum|delegate)\b.*\b{name}\b"))
            select file.Path;

        Assert.Empty(wrong);
    }

    [Fact]
    public void NothingCommitted_SpeaksOfOneMachine()
    {
        string[] folders = ["driver", "tests", "docs", "daemonset", "controller", "crds", "bench", "proto", "examples", ".ci"];
        var found =
            from folder in folders
            let path = Path.Combine(SourceTree.Root, folder)
            where Directory.Exists(path)
            from file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            where Text().IsMatch(file) && !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal)
            from line in File.ReadLines(file)
            where line.Contains("/work" + "/", StringComparison.Ordinal)
            select $"{file}: {line.Trim()}";

        Assert.Empty(found);
    }

    [GeneratedRegex(@"\.(cs|md|sh|yaml|json|proto|csproj)$")]
    private static partial Regex Text();
}
