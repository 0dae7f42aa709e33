namespace CsiSecrets.Tests.Manifests;

/// <summary>The Dockerfile and image.files, from which the tests' image is made, describe one image.</summary>
public sealed class ImageFilesTests
{
    [Fact]
    public void LastStage_OfDockerfile_MatchesImageFiles()
    {
        string[] stage = [.. Repository.Lines("Dockerfile").Select(l => l.Trim())];
        stage = stage[Array.FindLastIndex(stage, l => l.StartsWith("FROM ", StringComparison.Ordinal))..];

        Assert.Equal(Listed("base"), stage.Where(l => l.StartsWith("FROM ", StringComparison.Ordinal)).Select(l => l["FROM ".Length..]));
        Assert.Equal(Listed("copy"), stage.Where(l => l.StartsWith("COPY ", StringComparison.Ordinal)).Select(Copied));
        Assert.Equal(Listed("entrypoint"), stage.Where(l => l.StartsWith("ENTRYPOINT ", StringComparison.Ordinal)).Select(l => l["ENTRYPOINT [\"".Length..^2]));
        Assert.DoesNotContain(stage, l => l.StartsWith("RUN ", StringComparison.Ordinal) || l.StartsWith("ADD ", StringComparison.Ordinal));
    }

    /// <summary>The words after the kind, one line each, in order.</summary>
    private static IEnumerable<string> Listed(string kind) => Repository.Lines("image.files")
        .Where(l => l.StartsWith(kind + " ", StringComparison.Ordinal))
        .Select(l => l[(kind.Length + 1)..]);

    /// <summary>COPY --from=build /source/X Y, as "Y X".</summary>
    private static string Copied(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, words.Length);
        Assert.Equal("--from=build", words[1]);
        Assert.StartsWith("/source/", words[2], StringComparison.Ordinal);
        return $"{words[3]} {words[2]["/source/".Length..]}";
    }
}
