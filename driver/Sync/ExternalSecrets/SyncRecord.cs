using CsiSecrets.Kube.Secrets;
using CsiSecrets.Kube.Work;
using CsiSecrets.Mirroring;
using CsiSecrets.Mirroring.Objects;
using CsiSecrets.Resolution;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Sync.ExternalSecrets;

/// <summary>What this process remembers of one ExternalSecret between two looks at it. Touched by one worker at a time.</summary>
internal sealed class SyncRecord : IDisposable
{
    /// <summary>By which lane its work came: it writes before those of lower ones.</summary>
    public WorkLane Lane { get; set; }

    /// <summary><see cref="SyncedVersion"/> of the plan that <see cref="Versions"/> and <see cref="Held"/> were made for.</summary>
    public string PlanVersion { get; private set; } = "";

    /// <summary>The versions of the objects behind <see cref="Held"/>.</summary>
    public IReadOnlyDictionary<FetchKey, string?> Versions { get; private set; } = KnownVersions.None;

    /// <summary>What was rendered last, for repairs that cost no provider call; null where nothing is held.</summary>
    public RenderedTarget? Held { get; private set; }

    /// <summary>When the provider was last asked for it.</summary>
    public DateTimeOffset HeldAt { get; private set; }

    /// <summary>What drift is measured against; null before this process has applied anything.</summary>
    public AppliedSecret? Applied { get; private set; }

    /// <summary>The same of a target that is no Secret.</summary>
    public AppliedFields? AppliedFields { get; private set; }

    /// <summary>A repair that another writer undoes waits until then.</summary>
    public DateTimeOffset RepairAt { get; set; }

    /// <summary>What is told of the other writer.</summary>
    public string? Fight { get; set; }

    /// <summary>Only once it was mirrored: versions without the rendering that they belong to would have an old one taken for the newest.</summary>
    public void Hold(SyncValues values, DateTimeOffset now)
    {
        Held?.Dispose();
        (Held, HeldAt, PlanVersion, Versions) = (values.Rendered, now, values.PlanVersion, values.Versions);
    }

    /// <summary>The provider was asked, and has what is held.</summary>
    public void Confirm(DateTimeOffset now) => HeldAt = now;

    /// <summary>What became of the target; null when it was deleted.</summary>
    public void Note(MirrorResult? result) => (Applied, AppliedFields) = (result?.Applied, result?.Object);

    /// <summary>What the watch shows is kept anyway: equal parts of what was applied are taken from there.</summary>
    public void Share(ObservedSecret? seen) => Applied = Applied?.Sharing(seen);

    public void LetGo()
    {
        Held?.Dispose();
        Held = null;
    }

    public void Dispose() => LetGo();
}
