using CsiSecrets.InPlace.Wishes;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Tests.InPlace;

/// <summary>The grammar of the two annotations, and what is said about everything else.</summary>
public sealed class WishTests
{
    [Theory]
    [InlineData("POST :8080/-/reload", "POST", 8080, "/-/reload")]
    [InlineData("GET :1/", "GET", 1, "/")]
    [InlineData("PUT :65535/a%20b?x=1&y=%2e%2e", "PUT", 65535, "/a%20b?x=1&y=%2e%2e")]
    [InlineData("  POST   :80/x/../y ", "POST", 80, "/x/../y")]
    public void Http_WellFormed_IsRead(string text, string method, int port, string path)
    {
        (HttpWish? wish, string? problem) = HttpWish.Parse(text);

        Assert.Null(problem);
        Assert.Equal((method, port, path), (wish!.Method, wish.Port, wish.Path));
    }

    [Theory]
    [InlineData("", "0 words")]
    [InlineData("POST", "1 words")]
    [InlineData("POST :80/ extra", "3 words")]
    [InlineData("post :80/", "method \"post\" is none of")]
    [InlineData("DELETE :80/", "method \"DELETE\" is none of")]
    [InlineData("POST 10.0.0.1:80/", "a host cannot be named")]
    [InlineData("POST http://victim:80/", "a host cannot be named")]
    [InlineData("POST //victim/", "a host cannot be named")]
    [InlineData("POST :80", "a port and a path")]
    [InlineData("POST :/", "port \"\"")]
    [InlineData("POST :0/", "port \"0\"")]
    [InlineData("POST :65536/", "port \"65536\"")]
    [InlineData("POST :+80/", "port \"+80\"")]
    [InlineData("POST :80@victim/", "port \"80@victim\"")]
    [InlineData("POST :99999999999999999999/", "is no number from 1 to 65535")]
    [InlineData("POST :80/a\r\nHost:victim", "characters that no path may have")]
    [InlineData("POST :80/a\0b", "characters that no path may have")]
    [InlineData("POST :80/a#b", "characters that no path may have")]
    [InlineData("POST :80/a\u00e4", "characters that no path may have")]
    [InlineData("POST :80/a\\b", "characters that no path may have")]
    public void Http_AnythingElse_IsRefusedWithPlaceCauseAndRemedy(string text, string cause)
    {
        (HttpWish? wish, string? problem) = HttpWish.Parse(text);

        Assert.Null(wish);
        Assert.StartsWith("annotation secrets-store.csi.k8s.io/reload-http: ", problem, StringComparison.Ordinal);
        Assert.Contains(cause, problem, StringComparison.Ordinal);
        Assert.EndsWith("\"POST :8080/-/reload\"", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Http_Endless_IsRefusedAndNotRepeated()
    {
        (_, string? problem) = HttpWish.Parse("POST :80/" + new string('a', 100_000));

        Assert.InRange(problem!.Length, 1, 300);
    }

    [Theory]
    [InlineData("SIGHUP nginx", 1, "nginx")]
    [InlineData("HUP nginx", 1, "nginx")]
    [InlineData("USR1 my-app.bin", 10, "my-app.bin")]
    [InlineData("SIGUSR2 gunicorn", 12, "gunicorn")]
    [InlineData("SIGWINCH httpd", 28, "httpd")]
    public void Signal_WellFormed_IsRead(string text, int signal, string process)
    {
        (SignalWish? wish, string? problem) = SignalWish.Parse(text);

        Assert.Null(problem);
        Assert.Equal((signal, process), ((int)wish!.Signal, wish.Process));
    }

    [Theory]
    [InlineData("", "empty or longer")]
    [InlineData("SIGHUP", "1 words")]
    [InlineData("SIGHUP a b", "3 words")]
    [InlineData("SIGKILL nginx", "signal \"SIGKILL\" is none of")]
    [InlineData("SIGTERM nginx", "signal \"SIGTERM\" is none of")]
    [InlineData("SIGSTOP nginx", "signal \"SIGSTOP\" is none of")]
    [InlineData("1 nginx", "signal \"1\" is none of")]
    [InlineData("sighup nginx", "signal \"sighup\" is none of")]
    [InlineData("SIG nginx", "signal \"SIG\" is none of")]
    [InlineData("SIGHUP ../1", "no name of a process")]
    [InlineData("SIGHUP /bin/nginx", "no name of a process")]
    [InlineData("SIGHUP ngi*x", "no name of a process")]
    [InlineData("SIGHUP ngi\nx", "no name of a process")]
    public void Signal_AnythingElse_IsRefusedWithPlaceCauseAndRemedy(string text, string cause)
    {
        (SignalWish? wish, string? problem) = SignalWish.Parse(text);

        Assert.Null(wish);
        Assert.StartsWith("annotation secrets-store.csi.k8s.io/reload-signal: ", problem, StringComparison.Ordinal);
        Assert.Contains(cause, problem, StringComparison.Ordinal);
        Assert.EndsWith("\"SIGHUP nginx\"", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Signal_NameOfSixtyFiveCharacters_IsRefused() => Assert.NotNull(SignalWish.Parse("HUP " + new string('a', 65)).Problem);

    [Fact]
    public void Pod_WithBothWrong_IsToldBoth()
    {
        PodWishes wishes = PodWishes.Of(Annotated("DELETE /", "SIGKILL 1"), signals: true);

        Assert.False(wishes.Any);
        Assert.Equal(2, wishes.Problems.Count);
    }

    [Fact]
    public void Pod_ThatAsksForASignalWhereTheyAreOff_IsToldHowToHaveThem()
    {
        PodWishes wishes = PodWishes.Of(Annotated("POST :80/", "SIGHUP nginx"), signals: false);

        Assert.NotNull(wishes.Http);
        Assert.Null(wishes.Signal);
        Assert.Contains("component reload-signals", Assert.Single(wishes.Problems), StringComparison.Ordinal);
    }

    private static Pod Annotated(string http, string signal) => new()
    {
        Metadata = new ObjectMeta { Annotations = new Dictionary<string, string> { [HttpWish.Annotation] = http, [SignalWish.Annotation] = signal } },
    };
}
