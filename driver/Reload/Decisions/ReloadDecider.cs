using System.Globalization;
using CsiSecrets.Reload.Sources;
using CsiSecrets.Reload.Workloads;

namespace CsiSecrets.Reload.Decisions;

/// <summary>
/// Whether a workload is to be rolled: (1) which sources it follows, (2) what each is now against what the record has, (3) the record to keep.
/// Pure. The first sight of a source is a baseline; only a change of what was seen before is a reason.
/// </summary>
internal sealed class ReloadDecider(ReloadOptions options, RecordKey key)
{
    /// <param name="seen">The workload.</param>
    /// <param name="sources">Of its namespace.</param>
    /// <param name="before">What it was last seen with; null at first sight.</param>
    /// <param name="now">For pauses.</param>
    public ReloadDecision Decide(SeenWorkload seen, ISourceView sources, ReloadRecord? before, DateTimeOffset now)
    {
        string? written = seen.Workload.Metadata.Annotation(AnnotationNames.Record);
        if (!seen.Wishes.Any)
        {
            // Whoever asks again later begins with a baseline.
            return Rest(seen, now, new ReloadDecision { Record = written is null ? null : "" });
        }

        var next = new ReloadRecord();
        var changes = new List<SourceChange>();
        foreach ((SourceKey source, int? container) in Followed(seen, sources).Values)
        {
            if (Look(seen, source, sources.Find(source), before, next) is { } hash && container is { } bearer)
            {
                changes.Add(new SourceChange(source, hash, bearer));
            }
        }

        string? text = next.Count == 0 && written is null ? null : next.Write(key.Id);
        return Rest(seen, now, new ReloadDecision { Changes = changes, Record = text == written ? null : text });
    }

    /// <summary>In a fixed order: a rollout by many changes is the same however they came.</summary>
    private static SortedDictionary<string, (SourceKey Source, int? Container)> Followed(SeenWorkload seen, ISourceView sources)
    {
        var followed = new SortedDictionary<string, (SourceKey Source, int? Container)>(StringComparer.Ordinal);
        PodUse pods = seen.Workload.Pods;
        foreach (SourceKind kind in Enum.GetValues<SourceKind>())
        {
            KindWishes wishes = seen.Wishes[kind];
            IEnumerable<SourceKey> listed = wishes.Patterns.Count > 0
                ? sources.OfKind(kind).Select(static s => s.Key).Where(s => wishes.Lists(s.Name))
                : [];
            foreach (SourceKey source in listed.Concat(wishes.Names.Where(wishes.Lists).Select(n => new SourceKey(kind, n))))
            {
                followed[source.ToString()] = (source, pods.ContainerOf(source) ?? (seen.Restarts || pods.Containers.Count > 0 ? 0 : null));
            }
        }

        foreach (SourceKey source in pods.Sources.Where(s => !followed.ContainsKey(s.ToString())))
        {
            // What is absent has no tag: a workload that searches keeps what it knows of it.
            SourceState state = sources.Find(source) ?? new SourceState { Key = source, PeerHash = "", Tagged = true };
            if (seen.Wishes[source.Kind].FollowsUsed(state) && pods.ContainerOf(source) is { } container)
            {
                followed[source.ToString()] = (source, container);
            }
        }

        return followed;
    }

    /// <summary>Notes one source. Returns the hash that the workload is to be rolled for; null for none.</summary>
    private string? Look(SeenWorkload seen, SourceKey source, SourceState? state, ReloadRecord? before, ReloadRecord next)
    {
        if (state is { Ignored: true })
        {
            return null;
        }

        string? known = before?.Now(source);
        string hash = state is null ? ReloadRecord.Absent : key.Hash(seen.Namespace, source, state.PeerHash);
        if (state is null && known is not null && known != ReloadRecord.Absent && !options.OnDelete)
        {
            // Perhaps it comes back as it was.
            next.Keep(source, before!);
            return null;
        }

        if (state is null && known is null && !options.OnCreate)
        {
            return null;
        }

        if (known == hash)
        {
            next.Keep(source, before!);
            return null;
        }

        bool news = known is not null && (known != ReloadRecord.Absent || options.OnCreate);
        if (news && state is not null && before!.HadBefore(source, hash) && !IsTurnedBack(seen, state, known!))
        {
            // Only an older pod still shows this, or it was rolled for already.
            next.Keep(source, before);
            return null;
        }

        next.Note(source, hash, before);
        string peerHash = state?.PeerHash ?? "";
        return news && !IsMarked(seen, source, peerHash) ? peerHash : null;
    }

    /// <summary>One and the same pod was seen to go from the newest state to this earlier one: the secret itself was turned back.</summary>
    private bool IsTurnedBack(SeenWorkload seen, SourceState state, string known) =>
        state.Before.Length > 0 && key.Hash(seen.Namespace, state.Key, state.Before) == known;

    /// <summary>The pods bear the mark of exactly this content: whoever set it, Reloader or this, has rolled for it.</summary>
    private static bool IsMarked(SeenWorkload seen, SourceKey source, string peerHash)
    {
        PodUse pods = seen.Workload.Pods;
        string name = ReloadMarks.VariableOf(source);
        return pods.Containers.SelectMany(static c => c.Marks).Any(m => m.Name == name && m.Value == peerHash)
            || ReloadMarks.IsLastReloadedFrom(pods.Annotations?.GetValueOrDefault(AnnotationNames.LastReloadedFrom), source, peerHash);
    }

    private ReloadDecision Rest(SeenWorkload seen, DateTimeOffset now, ReloadDecision decision)
    {
        string? since = seen.Workload.Metadata.Annotation(options.Names.PausedAt);
        if (seen.Id.Kind != WorkloadKind.Deployment || !seen.Workload.Paused || since is not { Length: > 0 })
        {
            return decision;
        }

        TimeSpan left = seen.Wishes.Pause is { } period
            && DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at)
            ? at + period - now
            : TimeSpan.Zero;
        return left > TimeSpan.Zero ? decision with { Again = left } : decision with { Resume = true };
    }
}
