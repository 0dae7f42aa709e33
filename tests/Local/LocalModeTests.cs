namespace CsiSecrets.Tests.Local;

public sealed class LocalModeTests
{
    [Fact]
    public async Task TheStore_IsFollowed_FileByFile()
    {
        await using LocalUnderTest local = new LocalUnderTest()
            .Write("pod.yaml", LocalUnderTest.Pod("web"))
            .Write("class.yaml", LocalUnderTest.Class("[{objectName: a}, {objectName: b, jmesPath: [{path: user, objectAlias: b-user}]}, {objectName: c, optional: true}]"))
            .Write("secrets.yaml", "a: marker-1\nb: {user: marker-2}\n").Start();
        string file = Path.Combine(local.Target("web"), "a");
        await local.Out.WaitAsync(l => l == Path.Combine(local.Target("web"), "b-user"), "the last file");
        Assert.Equal("marker-1", File.ReadAllText(file));
        Assert.Equal([file, Path.Combine(local.Target("web"), "b"), Path.Combine(local.Target("web"), "b-user")], local.Out.All);

        local.Write("secrets.yaml", "a: marker-3\nb: {user: marker-2}\nc: marker-4\n");
        await local.Out.WaitAsync(l => l == $"{file}: changed", "the change");
        await local.Out.WaitAsync(l => l == $"{Path.Combine(local.Target("web"), "c")}: new", "the new file");
        Assert.Equal("marker-3", File.ReadAllText(file));

        local.Write("secrets.yaml", "a: marker-3\nb: {user: marker-2}\n");
        await local.Out.WaitAsync(l => l == $"{Path.Combine(local.Target("web"), "c")}: removed", "the removed file");
        Assert.Equal(6, local.Out.All.Count);

        await local.StopAsync();
        Assert.False(Directory.Exists(local.Target("web")));
        Assert.DoesNotContain("marker", string.Join('\n', local.Out.All.Concat(local.Errors.All)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABrokenOrMissingStore_KeepsTheFiles_AndIsSolvedWhenItIsWhole()
    {
        await using LocalUnderTest local = new LocalUnderTest()
            .Write("all.yaml", LocalUnderTest.Pod("web") + "---\n" + LocalUnderTest.Class("[{objectName: a}]"))
            .Write("secrets.yaml", "a: one\n").Start();
        string file = Path.Combine(local.Target("web"), "a");
        await local.Out.WaitAsync(l => l == file, "the file");

        local.Write("secrets.yaml", "");
        await local.Errors.WaitAsync(l => l.Contains("the file is empty: write {} for no secrets", StringComparison.Ordinal), "the error");
        local.Delete("secrets.yaml");
        await local.Errors.WaitAsync(l => l.Contains("it does not exist", StringComparison.Ordinal), "the error");
        Assert.Equal("one", File.ReadAllText(file));

        local.Write("secrets.yaml", "a: one\n");
        await local.Errors.WaitAsync(l => l.Contains("solved: ", StringComparison.Ordinal), "the end of the error");
        local.Write("secrets.yaml", "a: two\n");
        await local.Out.WaitAsync(l => l == $"{file}: changed", "the change");
        Assert.Equal("two", File.ReadAllText(file));
    }

    [Fact]
    public async Task AVolumeThatNeverWas_IsNotToldAsSolved_AtTheEnd()
    {
        await using LocalUnderTest local = new LocalUnderTest().Write("pod.yaml", LocalUnderTest.Pod("web")).Write("secrets.yaml", "a: one\n").Start();
        await local.Errors.WaitAsync(l => l.Contains("failed to get secretproviderclass", StringComparison.Ordinal), "the error");
        await local.StopAsync();
        Assert.DoesNotContain(local.Errors.All, l => l.Contains("solved: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ARefreshThatStillFails_IsNotToldAsSolved_AtTheEnd()
    {
        await using LocalUnderTest local = new LocalUnderTest()
            .Write("all.yaml", LocalUnderTest.Pod("web") + "---\n" + LocalUnderTest.Class("[{objectName: a}]"))
            .Write("secrets.yaml", "a: one\n").Start();
        await local.Out.WaitAsync(l => l == Path.Combine(local.Target("web"), "a"), "the file");
        local.Delete("secrets.yaml");
        await local.Errors.WaitAsync(l => l.Contains("it does not exist", StringComparison.Ordinal), "the error");
        await local.StopAsync();
        Assert.DoesNotContain(local.Errors.All, l => l.Contains("solved: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ASecretThatVanishes_KeepsItsFile()
    {
        await using LocalUnderTest local = new LocalUnderTest()
            .Write("all.yaml", LocalUnderTest.Pod("web") + "---\n" + LocalUnderTest.Class("[{objectName: a}]"))
            .Write("secrets.yaml", "a: one\n").Start();
        string file = Path.Combine(local.Target("web"), "a");
        await local.Out.WaitAsync(l => l == file, "the file");

        local.Write("secrets.yaml", "{}\n");
        await local.Errors.WaitAsync(l => l.Contains("object a: ", StringComparison.Ordinal) && l.Contains("has no secret of this name", StringComparison.Ordinal), "the error");
        Assert.Equal("one", File.ReadAllText(file));
    }

    [Fact]
    public async Task AWrongManifest_IsNamedWithItsPlace_TheRestRuns_AndACorrectionIsPickedUp()
    {
        await using LocalUnderTest local = new LocalUnderTest()
            .Write("good.yaml", LocalUnderTest.Pod("good") + "---\n" + LocalUnderTest.Class("[{objectName: a}]"))
            .Write("odd.yaml", LocalUnderTest.Pod("odd", "odd") + "---\n" + LocalUnderTest.Class("[{objectAlias: x}, {objectName: a, filePermission: '9'}]", "odd"))
            .Write("broken.yaml", "apiVersion: v1\nkind: [")
            .Write("typed.yaml", "---\napiVersion: v1\nkind: Pod\nmetadata: {name: typed}\nspec: {volumes: {}}\n")
            .Write("secrets.yaml", "a: one\n").Start();
        await local.Out.WaitAsync(l => l == Path.Combine(local.Target("good"), "a"), "the good pod's file");
        await local.Errors.WaitAsync(l => l.Contains("broken.yaml: line ", StringComparison.Ordinal), "the broken file");
        await local.Errors.WaitAsync(
            l => l.Contains("typed.yaml, document 1 (line 2): Pod default/typed: spec.volumes: not of the type", StringComparison.Ordinal), "the wrong field");
        string wrong = await local.Errors.WaitAsync(l => l.Contains("pod default/odd (odd.yaml, document 1 (line 1))", StringComparison.Ordinal), "the wrong class");
        Assert.Contains("class odd (odd.yaml, document 2", wrong, StringComparison.Ordinal);
        Assert.Contains("objects[0].objectName: is required", wrong, StringComparison.Ordinal);
        Assert.Contains("objects[1].filePermission: ", wrong, StringComparison.Ordinal);
        Assert.False(Directory.Exists(local.Target("odd")));

        local.Write("odd.yaml", LocalUnderTest.Pod("odd", "odd") + "---\n" + LocalUnderTest.Class("[{objectName: a, objectAlias: x}]", "odd"));
        await local.Out.WaitAsync(l => l == Path.Combine(local.Target("odd"), "x"), "the corrected pod's file");
        await local.Errors.WaitAsync(l => l.Contains("solved: ", StringComparison.Ordinal) && l.Contains("default/odd", StringComparison.Ordinal), "the end of the error");
    }

    [Fact]
    public async Task Edits_OfClassAndPods_AreFollowed()
    {
        await using LocalUnderTest local = new LocalUnderTest()
            .Write("pod.yaml", LocalUnderTest.Pod("web"))
            .Write("class.yaml", LocalUnderTest.Class("[{objectName: a}]"))
            .Write("secrets.yaml", "a: one\nb: two\n").Start();
        string a = Path.Combine(local.Target("web"), "a");
        string b = Path.Combine(local.Target("web"), "b");
        await local.Out.WaitAsync(l => l == a, "the file");

        local.Write("class.yaml", LocalUnderTest.Class("[{objectName: b}]"));
        await local.Out.WaitAsync(l => l == $"{b}: new", "the new class's file");
        await local.Out.WaitAsync(l => l == $"{a}: removed", "the old class's file");

        local.Write("class.yaml", LocalUnderTest.Class("[{objectName: b, filePermission: '0400'}]"));
        await local.Out.WaitAsync(l => l == $"{b}: changed", "the new mode");
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(b));

        local.Write("more.yaml", LocalUnderTest.Pod("other"));
        await local.Out.WaitAsync(l => l == Path.Combine(local.Target("other"), "b"), "the second pod's file");
        local.Delete("pod.yaml");
        await local.Out.WaitAsync(l => l == $"{b}: removed", "the first pod's end");
        Assert.False(Directory.Exists(local.Target("web")));
        Assert.True(File.Exists(Path.Combine(local.Target("other"), "b")));
    }

    [Fact]
    public async Task AVolumeThatTheNodeWouldRefuse_IsRefusedHere()
    {
        await using LocalUnderTest local = new LocalUnderTest()
            .Write("a.yaml", LocalUnderTest.Pod("writes").Replace("readOnly: true", "readOnly: false", StringComparison.Ordinal))
            .Write("b.yaml", LocalUnderTest.Pod("classless", "none"))
            .Write("c.yaml", LocalUnderTest.Pod("foreign").Replace("secrets-store.csi.k8s.io", "disk.example", StringComparison.Ordinal))
            .Write("d.yaml", LocalUnderTest.Pod("named").Replace("name: secrets", "name: ../x", StringComparison.Ordinal))
            .Write("secrets.yaml", "a: one\n").Start();

        await local.Errors.WaitAsync(l => l.Contains("default/writes", StringComparison.Ordinal) && l.Contains("Readonly is not true", StringComparison.Ordinal), "readOnly");
        await local.Errors.WaitAsync(l => l.Contains("default/classless", StringComparison.Ordinal) && l.Contains("\"none\" not found", StringComparison.Ordinal), "the class");
        await local.Errors.WaitAsync(l => l.Contains("default/foreign", StringComparison.Ordinal) && l.Contains("passed over", StringComparison.Ordinal), "the driver");
        await local.Errors.WaitAsync(l => l.Contains("d.yaml", StringComparison.Ordinal) && l.Contains("a volume's name", StringComparison.Ordinal), "the volume's name");
    }

    [Fact]
    public async Task AFolderWithoutPods_SaysSo()
    {
        await using LocalUnderTest local = new LocalUnderTest().Write("secrets.yaml", "{}").Start();

        await local.Errors.WaitAsync(l => l.Contains("no pod of the folder has a volume", StringComparison.Ordinal), "the note");
    }
}
