using System.Globalization;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Tests.Resolution.ExternalSecrets;

public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("* * * * *", "2026-03-02 10:00:30", "2026-03-02 10:01")]
    [InlineData("*/15 * * * *", "2026-03-02 10:00", "2026-03-02 10:15")]
    [InlineData("0 22 * * 1-5", "2026-03-06 22:00", "2026-03-09 22:00")]
    [InlineData("30 4 1,15 * *", "2026-03-02 00:00", "2026-03-15 04:30")]
    [InlineData("0 0 13 * FRI", "2026-03-02 00:00", "2026-03-06 00:00")]
    [InlineData("0 0 29 2 *", "2026-03-02 00:00", "2028-02-29 00:00")]
    [InlineData("0 0 31 DEC-dec *", "2026-03-02 00:00", "2026-12-31 00:00")]
    [InlineData("5/20 * * * *", "2026-03-02 10:26", "2026-03-02 10:45")]
    [InlineData("@daily", "2026-03-02 10:00", "2026-03-03 00:00")]
    [InlineData("@midnight", "2026-03-02 10:00", "2026-03-03 00:00")]
    [InlineData("@weekly", "2026-03-02 10:00", "2026-03-08 00:00")]
    [InlineData("@monthly", "2026-03-02 10:00", "2026-04-01 00:00")]
    [InlineData("@yearly", "2026-03-02 10:00", "2027-01-01 00:00")]
    [InlineData("@hourly", "2026-03-02 10:00", "2026-03-02 11:00")]
    [InlineData("@every 6h", "2026-03-02 10:00", "2026-03-02 12:00")]
    [InlineData("@every 6h", "2026-03-02 12:00", "2026-03-02 18:00")]
    public void Next_IsTheFirstInstantAfter(string schedule, string after, string expected) =>
        Assert.Equal(At(expected), CronSchedule.TryParse(schedule, out _)!.Next(At(after)));

    [Fact]
    public void Next_OfADayThatNoYearHas_IsNull() => Assert.Null(CronSchedule.TryParse("0 0 30 2 *", out _)!.Next(At("2026-03-02 10:00")));

    [Theory]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("* * * * * *")]
    [InlineData("60 * * * *")]
    [InlineData("* * 0 * *")]
    [InlineData("* * * * 7")]
    [InlineData("5-1 * * * *")]
    [InlineData("*/0 * * * *")]
    [InlineData("a * * * *")]
    [InlineData("1-2-3 * * * *")]
    [InlineData("@every 0s")]
    [InlineData("@every soon")]
    [InlineData("@sometimes")]
    public void TryParse_OfNoSchedule_TellsWhy(string text)
    {
        Assert.Null(CronSchedule.TryParse(text, out string problem));
        Assert.NotEmpty(problem);
    }

    [Theory]
    [InlineData("allow", "0 22 * * *", "2h", "2026-03-02 21:59:59", "2026-03-02 22:00")]
    [InlineData("allow", "0 22 * * *", "2h", "2026-03-03 00:00", "2026-03-03 00:00")]
    [InlineData("allow", "0 22 * * *", "2h", "2026-03-03 00:00:01", "2026-03-03 22:00")]
    [InlineData("deny", "0 22 * * *", "2h", "2026-03-02 21:59:59", "2026-03-02 21:59:59")]
    [InlineData("deny", "0 22 * * *", "2h", "2026-03-02 23:00", "2026-03-03 00:00:01")]
    [InlineData("deny", "* 9-16 * * *", "1m", "2026-03-02 09:00", "2026-03-02 17:00:01")]
    [InlineData("allow", "@every 1h", "1h", "2026-03-02 09:12", "2026-03-02 09:12")]
    public void Gate_NextAllowed_IsComputed(string kind, string schedule, string duration, string from, string expected)
    {
        var problems = new FieldProblems();
        SyncGate gate = SyncGate.Read(
            new SyncWindows { Kind = kind, Windows = [new SyncWindow { Schedule = schedule, Duration = duration }] }, problems);

        Assert.Equal(At(expected), gate.NextAllowed(At(from)));
        Assert.Equal(from == expected, gate.Allows(At(from)));
    }

    [Fact]
    public void Gate_ThatIsNeverOpen_AsksAgainLater()
    {
        SyncGate gate = SyncGate.Read(
            new SyncWindows { Kind = "deny", Windows = [new SyncWindow { Schedule = "* * * * *", Duration = "87600h" }] }, new FieldProblems());

        Assert.True(gate.NextAllowed(At("2026-03-02 10:00")) > At("2026-03-02 10:00").AddYears(1));
    }

    private static DateTimeOffset At(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
