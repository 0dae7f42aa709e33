namespace CsiSecrets.Tests.Architecture;

/// <summary>Files and methods stay small: a long one does two jobs.</summary>
public sealed class SizeTests
{
    private const int LongestFile = 350;
    private const int LongestMethod = 60;
    private const int Median = 60;
    private const int NinetiethPercentile = 170;

    [Fact]
    public void EveryFile_HasAtMost350Lines()
    {
        var worst = SourceTree.Driver.Where(f => f.Lines.Length > LongestFile && !IsTable(f)).Select(f => $"{f.Path}: {f.Lines.Length}");

        Assert.Empty(worst);
    }

    [Fact]
    public void MostFiles_AreShort()
    {
        int[] lengths = [.. SourceTree.Driver.Select(f => f.Lines.Length).Order()];

        Assert.InRange(lengths[lengths.Length / 2], 1, Median);
        Assert.InRange(lengths[lengths.Length * 9 / 10], 1, NinetiethPercentile);
    }

    [Fact]
    public void EveryMethod_HasAtMost60Lines()
    {
        Assert.Empty(SourceTree.Driver.Where(f => !IsTable(f)).SelectMany(LongMethods));
    }

    /// <summary>Data that happens to be written as code.</summary>
    private static bool IsTable(SourceFile file) => file.Path.StartsWith("GoRegex/Unicode/", StringComparison.Ordinal);

    /// <summary>The formatter puts every member of a type at one indentation: a member's body is what stands between its braces there.</summary>
    private static IEnumerable<string> LongMethods(SourceFile file)
    {
        string[] types = [" class ", " record ", " struct ", " interface ", " enum ", " extension("];
        for (int i = 1; i < file.Lines.Length; i++)
        {
            if (file.Lines[i] == "    {" && !types.Any(t => HeadBefore(file, i).Contains(t, StringComparison.Ordinal)))
            {
                int end = Array.FindIndex(file.Lines, i, l => l.StartsWith("    }", StringComparison.Ordinal));
                if (end - i - 1 > LongestMethod)
                {
                    yield return $"{file.Path}:{i}: {end - i - 1}";
                }
            }
        }
    }

    /// <summary>The declaration that ends just before line <paramref name="brace"/>.</summary>
    private static string HeadBefore(SourceFile file, int brace)
    {
        int first = brace - 1;
        while (first > 0 && file.Lines[first - 1].StartsWith("    ", StringComparison.Ordinal) && !file.Lines[first - 1].TrimStart().StartsWith("//", StringComparison.Ordinal)
            && !file.Lines[first - 1].TrimEnd().EndsWith(';') && file.Lines[first - 1].Trim().Length > 0 && file.Lines[first - 1] != "    }")
        {
            first--;
        }

        return " " + string.Join(' ', file.Lines[first..brace]);
    }
}
