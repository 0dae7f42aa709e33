using CsiSecrets.Model;
using CsiSecrets.Posix;
using CsiSecrets.Publishing;
using CsiSecrets.Tests.Fakes;

namespace CsiSecrets.Tests.Publishing;

/// <summary>The process dies at each step: the volume is whole, old or new, and the next publish completes.</summary>
public sealed class DeathTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FakeMounts mounts = new();
    private readonly string target;

    public DeathTests()
    {
        target = folder["mount"];
        mounts.Mount(target, new TmpfsOptions(1 << 20, 1000));
    }

    public static TheoryData<string, bool> Steps()
    {
        TheoryData<string, bool> steps = [];
        foreach (SwapStep step in Enum.GetValues<SwapStep>())
        {
            steps.Add(step.ToString(), false);
            steps.Add(step.ToString(), true);
        }

        return steps;
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Steps))]
    public void Publish_DiesOnALiveVolume_IsWholeAndCompletesLater(string stepName, bool adopted)
    {
        SwapStep step = Enum.Parse<SwapStep>(stepName);
        SecretFile[] old = [Payload.File("a", "old"), Payload.File("d/b", "old"), Payload.File("gone", "old")];
        SecretFile[] next = [Payload.File("a", "new"), Payload.File("d/b", "new"), Payload.File("more", "new")];
        if (adopted)
        {
            Directory.CreateDirectory(Path.Combine(target, "d"));
            Array.ForEach(old, file => File.WriteAllBytes(Path.Combine(target, file.Path), file.Content.Span));
        }
        else
        {
            Publish(old, null);
        }

        Assert.Throws<DeathException>(() => Publish(next, step));

        using (VolumeContent? content = VolumeContent.Open(target))
        {
            Assert.Equal(step >= SwapStep.Swapped ? ["a", "d/b", "more"] : ["a", "d/b", "gone"], content!.ListFiles().Select(file => file.Path));
            foreach (PublishedFile file in content.ListFiles())
            {
                using SecretBytes bytes = content.ReadFile(file.Path)!;
                Assert.True(bytes.Span.SequenceEqual(step >= SwapStep.Swapped ? "new"u8 : "old"u8));
            }
        }

        if (step < SwapStep.Swapped || step >= SwapStep.PlainFilesReplaced || !adopted)
        {
            string seen = step >= SwapStep.Swapped ? "new" : "old";
            Assert.Equal(seen, File.ReadAllText(Path.Combine(target, "a")));
            Assert.Equal(seen, File.ReadAllText(Path.Combine(target, "d", "b")));
        }

        Publish(next, null);
        Payload.AssertHolds(target, ("a", "new"), ("d/b", "new"), ("more", "new"));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Publish_DiesOnTheFirstSet_IsLiveOnlyAfterTheSwap(string stepName, bool empty)
    {
        SwapStep step = Enum.Parse<SwapStep>(stepName);
        SecretFile[] files = empty ? [] : [Payload.File("a", "1"), Payload.File("d/b", "1")];
        if (empty && step == SwapStep.FileWritten)
        {
            return; // no file, no such step
        }

        Assert.Throws<DeathException>(() => Publish(files, step));
        using (VolumeContent? content = VolumeContent.Open(target))
        {
            Assert.Equal(step >= SwapStep.Swapped, content is not null);
        }

        Publish(files, null);
        Payload.AssertHolds(target, [.. files.Select(file => (file.Path, "1"))]);
    }

    private void Publish(SecretFile[] files, SwapStep? die) => new AtomicDirectory(mounts, TimeProvider.System).Publish(
        target, files, new PublishOptions { Step = step => _ = step == die ? throw new DeathException() : step });

    private sealed class DeathException : Exception;
}
