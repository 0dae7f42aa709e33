using System.Text;
using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Local;
using CsiSecrets.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Providers.Local;

public sealed class LocalStoreTests : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(150);

    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new();
    private readonly LocalStore store;

    public LocalStoreTests() => store = new LocalStore(folder["secrets.yaml"], new byte[32], time);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task AHalfSavedFile_IsNotBelieved()
    {
        Write("a: whole\nb: x\n");
        await ReadAsync("a", "whole");

        Write("a: who");
        Task<LocalSecrets> reading = store.ReadAsync(TestContext.Current.CancellationToken);
        Assert.False(reading.IsCompleted);
        Write("a: whole-new\nb: y\n");
        time.Advance(Moment);
        Assert.False(reading.IsCompleted);
        time.Advance(Moment);
        using LocalSecrets secrets = await reading;

        Assert.Equal("whole-new", Text(secrets, "a"));
    }

    [Fact]
    public async Task AFileThatEditorsReplace_IsWaitedFor()
    {
        Task<LocalSecrets> reading = store.ReadAsync(TestContext.Current.CancellationToken);
        time.Advance(Moment);
        Assert.False(reading.IsCompleted);
        Write("a: there\n");
        time.Advance(Moment);
        time.Advance(Moment);
        using LocalSecrets secrets = await reading;

        Assert.Equal("there", Text(secrets, "a"));
    }

    [Fact]
    public async Task AFileThatStays_IsReadWithoutWaiting()
    {
        Write("a: x\n");
        await ReadAsync("a", "x");

        Task<LocalSecrets> again = store.ReadAsync(TestContext.Current.CancellationToken);
        Assert.True(again.IsCompleted);
        (await again).Dispose();
    }

    [Theory]
    [InlineData(null, "it does not exist")]
    [InlineData("", "the file is empty")]
    [InlineData("a: 'marker", "not valid YAML")]
    public async Task AMissingEmptyOrBrokenFile_FailsEveryObject_AndIsNeverAbsence(string? text, string cause)
    {
        if (text is not null)
        {
            Write(text);
        }

        var provider = new LocalProvider(store);
        Task<IReadOnlyList<FetchResult>> fetching = FetchAsync(provider, "a", null);
        for (int i = 0; i < 6; i++)
        {
            Assert.False(fetching.IsCompleted);
            time.Advance(Moment);
        }

        var failed = Assert.IsType<FetchResult.Failed>(Assert.Single(await fetching));
        Assert.Contains(folder["secrets.yaml"], failed.Why.Message, StringComparison.Ordinal);
        Assert.Contains(cause, failed.Why.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("marker", failed.Why.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFolderOrATooLargeFile_IsAnError()
    {
        Directory.CreateDirectory(folder["secrets.yaml"]);
        Assert.Contains("or is a folder", await FailureAsync(), StringComparison.Ordinal);

        Directory.Delete(folder["secrets.yaml"]);
        Write("a: " + new string('x', LocalStore.LargestFile));
        Assert.Contains("larger than", await FailureAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASecretThatIsNotThere_IsMissing_AndAKnownOneUnchanged()
    {
        Write("a: x\n");
        var provider = new LocalProvider(store);
        Task<IReadOnlyList<FetchResult>> fetching = FetchAsync(provider, "b", null);
        time.Advance(Moment);
        Assert.IsType<FetchResult.Missing>(Assert.Single(await fetching));

        var value = Assert.IsType<FetchResult.Value>(Assert.Single(await FetchAsync(provider, "a", null)));
        value.Content.Dispose();
        Assert.IsType<FetchResult.Unchanged>(Assert.Single(await FetchAsync(provider, "a", value.Version)));
    }

    private void Write(string text) => File.WriteAllText(folder["secrets.yaml"], text);

    private async Task ReadAsync(string name, string expected)
    {
        Task<LocalSecrets> reading = store.ReadAsync(TestContext.Current.CancellationToken);
        time.Advance(Moment);
        using LocalSecrets secrets = await reading;
        Assert.Equal(expected, Text(secrets, name));
    }

    private async Task<string> FailureAsync()
    {
        Task<LocalSecrets> reading = store.ReadAsync(TestContext.Current.CancellationToken);
        for (int i = 0; i < 6; i++)
        {
            time.Advance(Moment);
        }

        return (await Assert.ThrowsAsync<SecretsException>(() => reading)).Message;
    }

    private static string Text(LocalSecrets secrets, string name) => Encoding.UTF8.GetString(secrets.Find(name)!.Content.Span);

    private static async Task<IReadOnlyList<FetchResult>> FetchAsync(LocalProvider provider, string name, string? known)
    {
        ClassPlan plan = provider.ReadClass(new ClassParameters("shop/db", new Dictionary<string, string> { ["objects"] = $"[{{objectName: {name}}}]" }));
        var access = new LocalAccess { Key = "local" };
        return await provider.FetchAsync(access, [new FetchItem(plan.Objects[0].Request, known)], TestContext.Current.CancellationToken);
    }
}
