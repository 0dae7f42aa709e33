using CsiSecrets.Providers;
using CsiSecrets.Resolution;
using CsiSecrets.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Resolution;

public sealed class SharedListingsTests
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero));
    private readonly FakeProvider provider = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SweepWhileTheFirstListingIsRead_LeavesItToBeShared()
    {
        var listings = new SharedListings(time);
        var hold = new TaskCompletionSource();
        provider.Hold = hold.Task;
        provider.Put("a", "1");
        Task<IReadOnlyList<PlannedObject>> first = AskAsync(listings);
        listings.Sweep(TimeSpan.FromHours(26));
        Task<IReadOnlyList<PlannedObject>> second = AskAsync(listings);
        hold.SetResult();

        Assert.Single(await first);
        Assert.Single(await second);
        Assert.Equal(["list *"], provider.Calls);
    }

    [Fact]
    public async Task ListingThatNobodyAsksFor_IsForgotten()
    {
        var listings = new SharedListings(time);
        await AskAsync(listings);
        time.Advance(TimeSpan.FromHours(27));
        listings.Sweep(TimeSpan.FromHours(26));

        Assert.Equal(0, listings.Count);
    }

    private Task<IReadOnlyList<PlannedObject>> AskAsync(SharedListings listings)
    {
        ClassPlan plan = provider.ReadClass(new ClassParameters("shop/app", new Dictionary<string, string> { ["objects"] = "*" }));
        return listings.GetAsync(provider, new Access { Key = "web" }, plan, plan.Selections[0], TimeSpan.FromMinutes(1), Ct);
    }

    private sealed class Access : ProviderAccess;
}
