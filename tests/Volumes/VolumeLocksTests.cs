using CsiSecrets.Volumes;

namespace CsiSecrets.Tests.Volumes;

public sealed class VolumeLocksTests
{
    private readonly VolumeLocks locks = new();

    [Theory]
    [InlineData("a", "/other")]
    [InlineData("b", "/target")]
    public async Task Enter_WithTheVolumeOrTheTargetOfAnother_Waits(string volumeId, string targetPath)
    {
        IDisposable held = await EnterAsync("a", "/target");

        Task<IDisposable> second = EnterAsync(volumeId, targetPath);

        Assert.False(second.IsCompleted);
        held.Dispose();
        (await second).Dispose();
    }

    [Theory]
    [InlineData("b", "/other")]
    [InlineData("/target", "a")]
    public async Task Enter_WithNothingOfAnother_DoesNotWait(string volumeId, string targetPath)
    {
        using IDisposable held = await EnterAsync("a", "/target");

        Task<IDisposable> second = EnterAsync(volumeId, targetPath);

        Assert.True(second.IsCompletedSuccessfully);
        (await second).Dispose();
    }

    [Fact]
    public async Task Enter_GivenUpAtTheTarget_LeavesTheVolumeFree()
    {
        using IDisposable held = await EnterAsync("a", "/target");
        using var impatient = new CancellationTokenSource();
        Task<IDisposable> second = locks.EnterAsync("b", "/target", impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        Task<IDisposable> third = EnterAsync("b", "/other");

        Assert.True(third.IsCompletedSuccessfully);
        (await third).Dispose();
    }

    private Task<IDisposable> EnterAsync(string volumeId, string targetPath) =>
        locks.EnterAsync(volumeId, targetPath, TestContext.Current.CancellationToken);
}
