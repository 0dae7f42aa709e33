using System.Buffers;
using CsiSecrets.GoRegex;
using CsiSecrets.Model;
using CsiSecrets.Reload.Sources;
using CsiSecrets.Reload.Workloads;

namespace CsiSecrets.Reload.Decisions;

/// <summary>What a workload's annotations ask for, and what is wrong with them. Pure.</summary>
internal sealed record WorkloadWishes
{
    private static readonly SearchValues<char> Special = SearchValues.Create(@"\.+*?()|[]{}^$");

    private static readonly SearchValues<char> SpecialButDot = SearchValues.Create(@"\+*?()|[]{}^$");

    private static readonly SourceKind[] Kinds = Enum.GetValues<SourceKind>();

    private readonly KindWishes[] kinds = [];

    public bool Any { get; private init; }

    /// <summary>How long a Deployment rests after a reload; null where it does not.</summary>
    public TimeSpan? Pause { get; private init; }

    /// <summary>An Argo Rollout is restarted rather than given another template.</summary>
    public bool Restart { get; private init; }

    /// <summary>Every wrong annotation, in words for its owner.</summary>
    public IReadOnlyList<string> Problems { get; private init; } = [];

    public KindWishes this[SourceKind kind] => kinds[(int)kind];

    private WorkloadWishes(KindWishes[] kinds) => this.kinds = kinds;

    public static WorkloadWishes Of(WorkloadKind kind, Workload workload, ReloadOptions options)
    {
        bool ignored = (kind == WorkloadKind.Job && options.IgnoreJobs) || (kind == WorkloadKind.CronJob && options.IgnoreCronJobs);
        var problems = new List<string>();
        KindWishes[] wishes = [.. Kinds.Select(k => ignored ? new KindWishes() : Read(k, workload, options, problems))];
        return new WorkloadWishes(wishes)
        {
            Any = wishes.Any(static w => w.Any),
            Pause = kind == WorkloadKind.Deployment ? ReadPause(workload, options.Names, problems) : null,
            Restart = kind == WorkloadKind.Rollout && ReadRestart(workload, problems),
            Problems = problems,
        };
    }

    /// <summary>The workload's annotations, or its pods' where it has none of these.</summary>
    private static KindWishes Read(SourceKind kind, Workload workload, ReloadOptions options, List<string> problems)
    {
        AnnotationNames names = options.Names;
        IReadOnlyDictionary<string, string>? own = workload.Metadata.Annotations;
        bool here = own is not null
            && (own.ContainsKey(names.List(kind)) || own.ContainsKey(names.Auto) || own.ContainsKey(names.TypedAuto(kind)) || own.ContainsKey(names.Search));
        IReadOnlyDictionary<string, string>? from = here ? own : workload.Pods.Annotations;
        string auto = Value(from, names.Auto);
        string typed = Value(from, names.TypedAuto(kind));
        var listed = new HashSet<string>(StringComparer.Ordinal);
        var patterns = new List<GoRegexp>();
        foreach (string entry in Split(Value(from, names.List(kind))))
        {
            // A dot is a pattern too; the name with just that dot is nearly always the one that is meant, and found without a search.
            if (!entry.AsSpan().ContainsAny(SpecialButDot))
            {
                listed.Add(entry);
            }

            if (entry.AsSpan().ContainsAny(Special))
            {
                AddPattern(patterns, entry, names.List(kind), problems);
            }
        }

        return new KindWishes
        {
            Names = listed,
            Patterns = patterns,
            Excluded = Split(Value(own, names.Exclude(kind))).ToHashSet(StringComparer.Ordinal),
            Auto = IsTrue(auto) || IsTrue(typed) || (auto.Length == 0 && typed.Length == 0 && options.AutoReloadAll),
            Search = Value(from, names.Search) == "true",
        };
    }

    private static void AddPattern(List<GoRegexp> patterns, string entry, string annotation, List<string> problems)
    {
        try
        {
            patterns.Add(GoRegexp.Parse($"^{entry}$"));
        }
        catch (GoRegexpException e)
        {
            problems.Add($"annotation {annotation}: {entry} is no pattern: {e.Message}: write names or RE2 patterns, separated by commas");
        }
    }

    private static TimeSpan? ReadPause(Workload workload, AnnotationNames names, List<string> problems)
    {
        if (workload.Metadata.Annotation(names.PausePeriod) is not { Length: > 0 } text)
        {
            return null;
        }

        if (GoDuration.TryParse(text, out TimeSpan period) && period > TimeSpan.Zero)
        {
            return period;
        }

        problems.Add($"annotation {names.PausePeriod}: {text} is no duration: write one like 5m; it is not paused");
        return null;
    }

    private static bool ReadRestart(Workload workload, List<string> problems)
    {
        string? strategy = workload.Metadata.Annotation(AnnotationNames.RolloutStrategy);
        if (strategy is not (null or "" or "restart" or "rollout"))
        {
            problems.Add($"annotation {AnnotationNames.RolloutStrategy}: {strategy} is no strategy: write restart or rollout; rollout is used");
        }

        return strategy == "restart";
    }

    private static string Value(IReadOnlyDictionary<string, string>? annotations, string name) => annotations?.GetValueOrDefault(name) ?? "";

    private static string[] Split(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool IsTrue(string text) => text is "1" or "t" or "T" or "true" or "TRUE" or "True";
}
