using CsiSecrets.Hosting;
using Microsoft.Extensions.Logging;

namespace CsiSecrets.Tests.Hosting;

/// <summary>Flags of the controller and of render, and what all verbs' help has in common; a node's flags are in <see cref="NodeFlagTests"/>.</summary>
public sealed class FlagTests
{
    [Theory]
    [InlineData("--concurrent=0")]
    [InlineData("--concurrent=257")]
    [InlineData("--concurrent=many")]
    [InlineData("--loglevel=loud")]
    [InlineData("--held-values-size=1Ti")]
    [InlineData("--store-requeue-interval=-1s")]
    [InlineData("--enable-flood-gate=maybe")]
    [InlineData("--live-addr=here")]
    [InlineData("--no-such-flag")]
    public void Controller_AWrongFlag_IsNamedAlone(string flag) =>
        Assert.Contains(flag.Split('=')[0], Assert.Single(ControllerOptions.Read([flag]).Errors), StringComparison.Ordinal);

    [Fact]
    public void SeveralWrongFlags_AreAllNamed() =>
        Assert.Equal(3, ControllerOptions.Read(["--concurrent=x", "--loglevel=x", "word"]).Errors.Count);

    [Theory]
    [InlineData("debug", LogLevel.Debug)]
    [InlineData("INFO", LogLevel.Information)]
    [InlineData("warn", LogLevel.Warning)]
    [InlineData("error", LogLevel.Error)]
    public void Loglevel_IsTheLeastThatIsLogged(string word, LogLevel least)
    {
        (ControllerOptions options, IReadOnlyList<string> errors) = ControllerOptions.Read(["--loglevel", word]);

        Assert.Empty(errors);
        using ILoggerFactory logs = LoggerFactory.Create(builder => Logs.Configure(builder, options.LogLevel, json: false));
        ILogger log = logs.CreateLogger("CsiSecrets.Any");
        Assert.True(log.IsEnabled(least));
        Assert.False(log.IsEnabled(least - 1));
    }

    [Theory]
    [InlineData(0, LogLevel.Information)]
    [InlineData(4, LogLevel.Debug)]
    [InlineData(10, LogLevel.Debug)]
    public void Verbosity_IsThePeersNumber(int number, LogLevel least) =>
        Assert.Equal(least, NodeOptions.Read(["--nodeid=n", $"-v={number}"]).Options.LogLevel);

    [Fact]
    public void Help_NamesFlagsWithoutEffectApart()
    {
        string[] parts = NodeFlags.For(new NodeOptions()).Help().Split("accepted, without effect:");

        Assert.Contains("--enable-secret-rotation", parts[0], StringComparison.Ordinal);
        Assert.DoesNotContain("--enable-pprof", parts[0], StringComparison.Ordinal);
        Assert.Contains("--enable-pprof", parts[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Render_WithoutValues_SaysSo()
    {
        Assert.Contains("--values", Assert.Single(RenderOptions.Read(["a.yaml"]).Errors), StringComparison.Ordinal);
        Assert.Equal(["a.yaml", "b.yaml"], RenderOptions.Read(["a.yaml", "--values=v", "b.yaml"]).Options.Request.Manifests);
    }
}
