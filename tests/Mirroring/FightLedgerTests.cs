using CsiSecrets.Mirroring;
using CsiSecrets.Model.Manifests;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Mirroring;

/// <summary>Two writers are told from a person who edits.</summary>
public sealed class FightLedgerTests
{
    private const string Secret = "Secret shop/db";

    private readonly FakeTimeProvider time = new();
    private readonly FightLedger ledger;

    public FightLedgerTests() => ledger = new FightLedger(time);

    [Fact]
    public void SameFieldAgainAndAgain_WaitsLongerEachTimeAndSaysWhoAndWhat()
    {
        FightVerdict[] verdicts = [.. Enumerable.Range(0, 14).Select(_ => Repair("data.password"))];

        Assert.All(verdicts[..FightLedger.Patience], static v => Assert.Equal(FightVerdict.Peace, v));
        Assert.Equal([5, 10, 20, 40], verdicts[FightLedger.Patience..(FightLedger.Patience + 4)].Select(static v => (int)v.Wait.TotalSeconds));
        Assert.Equal(TimeSpan.FromMinutes(7), verdicts[^1].Wait);
        Assert.Contains("data.password was changed back 4 times by helm", verdicts[3].Message, StringComparison.Ordinal);
        Assert.Contains("shop/db", verdicts[3].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OtherFieldsAndOtherSecrets_AreNoFight()
    {
        for (int n = 0; n < 10; n++)
        {
            Assert.Equal(FightVerdict.Peace, Repair($"data.key{n}"));
            Assert.Equal(FightVerdict.Peace, ledger.Repairing($"Secret shop/s{n}", Drifted("data.password")));
        }
    }

    [Fact]
    public void LeftAlone_IsAtPeaceAgain()
    {
        for (int n = 0; n < 5; n++)
        {
            Repair("data.password");
        }

        time.Advance(TimeSpan.FromMinutes(29));
        FightVerdict still = Repair("data.password");
        time.Advance(TimeSpan.FromMinutes(30));

        Assert.NotEqual(FightVerdict.Peace, still);
        Assert.Equal(FightVerdict.Peace, Repair("data.password"));
    }

    [Fact]
    public void WhatIsCalm_IsNotKept()
    {
        for (int n = 0; n < 1500; n++)
        {
            ledger.Repairing($"Secret shop/s{n}", Drifted("data.a"));
        }

        time.Advance(TimeSpan.FromMinutes(31));
        ledger.Repairing(Secret, Drifted("data.a"));

        Assert.Equal(1, ledger.Watched);
    }

    private FightVerdict Repair(string field) => ledger.Repairing(Secret, Drifted(field));

    private static DriftVerdict Drifted(string field) => new() { Kind = DriftKind.Repair, Fields = [field], Managers = ["helm"] };
}
