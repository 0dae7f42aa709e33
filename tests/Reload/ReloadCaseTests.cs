using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Reload;

/// <summary>Reloader's annotation matrix, a folder for each documented case.</summary>
public sealed class ReloadCaseTests
{
    public static TheoryData<string> Folders => [.. Directory.EnumerateDirectories(ReloadCase.Root).Select(static d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Folders))]
    public void AFolder_IsPatchedAsItSays(string name)
    {
        var one = new ReloadCase(Path.Combine(ReloadCase.Root, name));

        JsonNode? patch = one.Run();

        Assert.Equal(one.Expected()?.ToJsonString() ?? "nothing", patch?.ToJsonString() ?? "nothing");
    }

    [Fact]
    public void TheMatrix_IsWhole() => Assert.True(Folders.Count >= 50, $"{Folders.Count} folders");
}
