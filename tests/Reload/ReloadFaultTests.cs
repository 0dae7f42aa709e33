using CsiSecrets.Tests.Fakes;

namespace CsiSecrets.Tests.Reload;

/// <summary>Whatever happens between a change and its rollout, there is one rollout.</summary>
public sealed class ReloadFaultTests
{
    [Fact]
    public async Task ApiServerAwayForTenMinutes_WhatChangedIsRolledOnce_AndNothingElse()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync(static t =>
        {
            t.Secret("one", "calm-db");
            t.Deployment(name: "calm", secret: "calm-db");
        });
        await test.RecordedAsync();
        await test.RecordedAsync(name: "calm");
        string calm = test.Api.Get("deployments", ReloadUnderTest.Ns, "calm")!.ToJsonString();
        int patched = 0; // what a watch that is still behind makes it try in vain is none
        test.Api.Done = route => Interlocked.Add(ref patched, route is { Verb: "patch", Resource: "deployments" } ? 1 : 0);

        await test.Api.GoAwayAsync();
        test.Secret("two");
        await test.PassAsync(600);
        await test.Api.ComeBackAsync();
        await test.PassUntilAsync(() => test.Mark().Length > 0, "the mark");
        await test.PassAsync(60);

        Assert.Equal(1, patched);
        Assert.Equal(calm, test.Api.Get("deployments", ReloadUnderTest.Ns, "calm")!.ToJsonString());
    }

    [Fact]
    public async Task AnAnswerThatIsCutOff_IsNotRolledAgain()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync();
        await test.RecordedAsync();
        int left = 1;
        test.Api.Fault = route => route is { Verb: "patch", Resource: "deployments" } && Interlocked.Decrement(ref left) >= 0 ? new FakeKubeApiFault { Cut = true } : null;

        test.Secret("two");
        await test.PassUntilAsync(() => test.Mark().Length > 0, "the mark");
        string rolled = Template(test);
        await test.PassAsync(60);

        Assert.Equal(rolled, Template(test));
    }

    [Fact]
    public async Task AnotherWriterOfTheWorkload_LosesNothing_AndIsNotRolledAgain()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync();
        await test.RecordedAsync();
        int turn = 0;
        test.Api.Fault = route =>
        {
            // Somebody else is always a moment faster, for a while.
            if (route is { Verb: "patch", Resource: "deployments" } && ++turn < 4)
            {
                test.Put("deployments", "app", $"status: {{observedGeneration: {turn}}}", $"somebody: 'else {turn}'");
            }

            return null;
        };

        test.Secret("two");
        await test.PassUntilAsync(() => test.Mark().Length > 0, "the mark");
        string rolled = Template(test);
        await test.PassAsync(60);

        Assert.Equal(rolled, Template(test));
        Assert.Equal("else 3", (string?)test.Api.Get("deployments", ReloadUnderTest.Ns, "app")!["metadata"]!["annotations"]!["somebody"]);
    }

    private static string Template(ReloadUnderTest test) => test.Api.Get("deployments", ReloadUnderTest.Ns, "app")!["spec"]!["template"]!.ToJsonString();
}
