using CsiSecrets.Kube;
using CsiSecrets.Kube.Folder;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Kube.Folder;

public sealed class ManifestFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FolderState state = new(TimeProvider.System);
    private readonly ManifestFiles files;

    public ManifestFilesTests() =>
        files = new ManifestFiles(folder.Path, folder["secrets.yaml"], new ManifestText([FolderKind.Of(ResourceTypes.Pods), FolderKind.Of(ResourceTypes.ServiceAccounts)]), state);

    public void Dispose()
    {
        state.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void AFolder_IsReadButForTheStoreAndWhatIsNoManifest()
    {
        Write("a.yaml", Pod("a"));
        Write("b.yml", Pod("b"));
        Write("c.json", """{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "c"}}""");
        Write("secrets.yaml", Pod("store"));
        Write(".hidden.yaml", Pod("hidden"));
        Write("notes.txt", "no manifest");

        Assert.True(files.Look(first: true));
        Assert.Equal(["a", "b", "c"], Names());
        Assert.False(files.Look(first: false));
    }

    [Fact]
    public void AnEdit_CountsOnceItHasStayed_AndATruncatedFileTakesNothingAway()
    {
        Write("a.yaml", Pod("a") + "---\n" + Pod("b"));
        files.Look(first: true);

        Write("a.yaml", "");
        Assert.False(files.Look(first: false));
        Assert.Equal(["a", "b"], Names());
        Write("a.yaml", Pod("a") + "---\n" + Pod("c"));
        Assert.False(files.Look(first: false));
        Assert.Equal(["a", "b"], Names());
        Assert.True(files.Look(first: false));
        Assert.Equal(["a", "c"], Names());
    }

    [Theory]
    [InlineData("mkfifo")]
    [InlineData("ln -s /dev/zero")]
    public async Task WhatIsNoPlainFile_IsPassedOverAndTold(string make)
    {
        Write("a.yaml", Pod("a"));
        string[] words = make.Split(' ');
        using (var made = System.Diagnostics.Process.Start(words[0], [.. words[1..], folder["odd.yaml"]]))
        {
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.True(await Task.Run(() => files.Look(first: true)).WaitAsync(Wait.Patience, TestContext.Current.CancellationToken));
        Assert.Equal(["a"], Names());
        Assert.Equal("odd.yaml: no plain file: it is passed over", Assert.Single(files.Problems).ToString());
    }

    [Fact]
    public void ASymlinkToAFile_IsTheFile()
    {
        Directory.CreateDirectory(folder["elsewhere"]);
        Write("elsewhere/real.yaml", Pod("a"));
        File.CreateSymbolicLink(folder["a.yaml"], folder["elsewhere/real.yaml"]);
        files.Look(first: true);
        Assert.Equal(["a"], Names());
    }

    [Fact]
    public void ABrokenFile_KeepsWhatItSaid_UntilItIsCorrected()
    {
        Write("a.yaml", Pod("a"));
        Write("b.yaml", Pod("b"));
        files.Look(first: true);

        Write("a.yaml", "apiVersion: [");
        Look();
        Assert.Equal(["a", "b"], Names());
        Assert.Contains("a.yaml: line", Assert.Single(files.Problems).ToString(), StringComparison.Ordinal);

        Write("a.yaml", Pod("c"));
        Look();
        Assert.Equal(["b", "c"], Names());
        Assert.Empty(files.Problems);
    }

    [Fact]
    public void ABrokenDocument_KeepsWhatItSaid_AndTheRestGoesOn()
    {
        Write("a.yaml", Pod("a") + "---\n" + Pod("b"));
        files.Look(first: true);

        Write("a.yaml", Pod("a") + "spec: []\n---\n" + Pod("c"));
        Look();

        Assert.Equal(["a", "c"], Names());
        Assert.Contains("Pod default/a", Assert.Single(files.Problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AnObjectGivenTwice_CountsOnce_AndMovesWhenTheFirstIsGone()
    {
        Write("a.yaml", Pod("x", "first"));
        Write("b.yaml", Pod("x", "second"));
        files.Look(first: true);
        Assert.Equal("first", Label());
        Assert.Contains("b.yaml, document 1 (line 1): Pod default/x stands in a.yaml", Assert.Single(files.Problems).ToString(), StringComparison.Ordinal);

        File.Delete(folder["a.yaml"]);
        Look();
        Assert.Equal("second", Label());
        Assert.Empty(files.Problems);
    }

    [Fact]
    public void AGoneFile_TakesItsObjectsAway()
    {
        Write("a.yaml", Pod("a"));
        files.Look(first: true);

        File.Delete(folder["a.yaml"]);
        Assert.False(files.Look(first: false));
        Assert.True(files.Look(first: false));
        Assert.Empty(Names());
    }

    private static string Pod(string name, string label = "x") => $"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {{l: {label}}}}}\n";

    private void Write(string name, string text) => File.WriteAllText(folder[name], text);

    private void Look()
    {
        files.Look(first: false);
        files.Look(first: false);
    }

    private string? Label()
    {
        using FolderObject one = state.Find(new ObjectId("", "Pod", new ObjectKey("default", "x")))!;
        return one.Read(ResourceTypes.Pods).Metadata.Label("l");
    }

    private IEnumerable<string> Names()
    {
        IReadOnlyList<FolderObject> objects = state.List("", "Pod").Objects;
        string[] names = [.. objects.Select(o => o.Id.Key.Name)];
        foreach (FolderObject one in objects)
        {
            one.Dispose();
        }

        return names;
    }
}
