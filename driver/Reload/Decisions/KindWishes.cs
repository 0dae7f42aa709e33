using System.Text;
using CsiSecrets.GoRegex;
using CsiSecrets.Reload.Sources;

namespace CsiSecrets.Reload.Decisions;

/// <summary>What a workload's annotations ask for, for one kind of source. Immutable but for the working memory of its patterns.</summary>
internal sealed record KindWishes
{
    /// <summary>Names without any pattern in them.</summary>
    public IReadOnlySet<string> Names { get; init; } = new HashSet<string>();

    /// <summary>Anchored patterns.</summary>
    public IReadOnlyList<GoRegexp> Patterns { get; init; } = [];

    public IReadOnlySet<string> Excluded { get; init; } = new HashSet<string>();

    /// <summary>Whatever the pods use.</summary>
    public bool Auto { get; init; }

    /// <summary>Whatever the pods use and is tagged.</summary>
    public bool Search { get; init; }

    public bool Any => Auto || Search || Names.Count > 0 || Patterns.Count > 0;

    /// <summary>Named by the list: followed whether or not the pods use it.</summary>
    public bool Lists(string name) => !Excluded.Contains(name)
        && (Names.Contains(name) || (Patterns.Count > 0 && Matches(Encoding.UTF8.GetBytes(name))));

    /// <summary>Followed if the pods use it.</summary>
    public bool FollowsUsed(SourceState source) => !Excluded.Contains(source.Key.Name) && (Auto || (Search && source.Tagged));

    private bool Matches(byte[] name) => Patterns.Any(p => p.IsMatch(name, CancellationToken.None));
}
