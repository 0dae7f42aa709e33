using CsiSecrets.Publishing;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.InPlace;

/// <summary>A notice that is owed when the process dies, or the volume goes.</summary>
public sealed class NoticeDeathTests : NoticeSetup
{
    [Theory]
    [InlineData(nameof(SwapStep.Swapped))]
    [InlineData(nameof(SwapStep.OldSetRemoved))]
    public async Task ADeathBetweenSwapAndNotice_IsMadeGoodByTheNextProcess(string step)
    {
        PodUnderTest pod = await PublishedAsync("web");
        Node.Swapping = s =>
        {
            if (s.ToString() == step)
            {
                throw new InvalidOperationException("the process dies here");
            }
        };
        Node.Secrets.Put("db", "second");
        await UntilAsync(Node, () => pod.Read("db") == "second", "the swap");
        Node.Swapping = static _ => { };
        Assert.Empty(Dialled);

        await Node.RestartAsync();
        await ToldAsync(1);

        await SettledAsync();
    }

    [Fact]
    public async Task ADeathWhileTheApplicationIsTold_TellsItAgain()
    {
        App.Answer = null;
        await PublishedAsync("web");
        Node.Secrets.Put("db", "second");
        await ToldAsync(1);
        App.Answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

        await Node.RestartAsync();
        await ToldAsync(2);

        await SettledAsync();
        await Node.RestartAsync();
        await Node.PassAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(2, App.Requests.Count); // once told, it is settled
    }

    [Fact]
    public async Task AVolumeThatGoes_TakesItsNoticeWithIt()
    {
        PodUnderTest pod = await PublishedAsync("web", status: """{"phase":"Pending"}""");
        Node.Secrets.Put("db", "second");
        await UntilAsync(Node, () => pod.Read("db") == "second", "the new file");
        Assert.Single(Directory.GetFiles(Owed));

        await pod.UnpublishAsync();

        Assert.Empty(Directory.GetFiles(Owed));
    }
}
