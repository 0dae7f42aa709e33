using CsiSecrets.Model.Manifests;

namespace CsiSecrets.InPlace.Wishes;

/// <summary>What a pod's annotations ask for when its files change, and what is wrong with them. Pure.</summary>
internal sealed record PodWishes
{
    public HttpWish? Http { get; private init; }

    public SignalWish? Signal { get; private init; }

    /// <summary>Every wrong annotation, in words for its owner.</summary>
    public IReadOnlyList<string> Problems { get; private init; } = [];

    public bool Any => Http is not null || Signal is not null;

    public static PodWishes Of(Pod pod, bool signals)
    {
        List<string> problems = [];
        HttpWish? http = null;
        SignalWish? signal = null;
        if (pod.Metadata.Annotation(HttpWish.Annotation) is { } call)
        {
            (http, string? problem) = HttpWish.Parse(call);
            Add(problems, problem);
        }

        if (pod.Metadata.Annotation(SignalWish.Annotation) is { } wanted)
        {
            (signal, string? problem) = SignalWish.Parse(wanted);
            Add(problems, problem);
            if (!signals)
            {
                problems.Add($"annotation {SignalWish.Annotation}: this driver sends no signals: install its component reload-signals, or use {HttpWish.Annotation}");
                signal = null;
            }
        }

        return new PodWishes { Http = http, Signal = signal, Problems = problems };
    }

    private static void Add(List<string> problems, string? problem)
    {
        if (problem is not null)
        {
            problems.Add(problem);
        }
    }
}
