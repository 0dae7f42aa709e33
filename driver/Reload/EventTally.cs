using CsiSecrets.Reload.Sources;
using CsiSecrets.Reload.Workloads;
using CsiSecrets.Telemetry;

namespace CsiSecrets.Reload;

/// <summary>Counts the events of sources: each is processed once every workload that follows its source was looked at.</summary>
internal sealed class EventTally(ReloadMeters meters)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Namespace, SourceKey Source), OpenEvents> open = [];
    private readonly Dictionary<WorkloadId, Dictionary<(string Namespace, SourceKey Source), long>> awaited = [];
    private long last;

    /// <summary>To be asked before a look, which sees what was heard until then.</summary>
    public long Now
    {
        get
        {
            lock (gate)
            {
                return last;
            }
        }
    }

    /// <summary>Of a first list: every workload is looked at after it anyway.</summary>
    public void Listed(SourceEvent heard)
    {
        meters.EventReceived(heard.Happened, heard.Source.Resource);
        meters.EventsProcessed(heard.Happened, heard.Source.Resource, 1);
    }

    /// <param name="heard">What happened.</param>
    /// <param name="selected">False: nothing is reloaded in its namespace.</param>
    /// <param name="followers">Those that will be looked at for it.</param>
    public void Heard(SourceEvent heard, bool selected, IReadOnlyCollection<WorkloadId> followers)
    {
        if (!selected || !heard.IsNews || followers.Count == 0)
        {
            meters.Skipped(!selected ? "ignored_or_not_selected" : !heard.IsNews ? "no_data_change" : "no_match");
            Listed(heard);
            return;
        }

        meters.EventReceived(heard.Happened, heard.Source.Resource);

        lock (gate)
        {
            (string, SourceKey) key = (heard.Namespace, heard.Source);
            OpenEvents events = open.TryGetValue(key, out OpenEvents? there) ? there : open[key] = new OpenEvents();
            events.Counts[heard.Happened] = events.Counts.GetValueOrDefault(heard.Happened) + 1;
            last++;
            foreach (WorkloadId id in followers)
            {
                events.Workloads.Add(id);
                (awaited.TryGetValue(id, out Dictionary<(string, SourceKey), long>? sources) ? sources : awaited[id] = [])[key] = last;
            }
        }
    }

    /// <summary>The workload was looked at and all is written, or it is gone.</summary>
    /// <param name="id">Which.</param>
    /// <param name="seen">What <see cref="Now"/> was before the look.</param>
    public void Looked(WorkloadId id, long seen)
    {
        lock (gate)
        {
            if (!awaited.TryGetValue(id, out Dictionary<(string Namespace, SourceKey Source), long>? sources))
            {
                return;
            }

            foreach ((string Namespace, SourceKey Source) key in sources.Where(s => s.Value <= seen).Select(static s => s.Key).ToList())
            {
                sources.Remove(key);
                End(key, id);
            }

            if (sources.Count == 0)
            {
                awaited.Remove(id);
            }
        }
    }

    private void End((string Namespace, SourceKey Source) key, WorkloadId id)
    {
        OpenEvents events = open[key];
        events.Workloads.Remove(id);
        if (events.Workloads.Count > 0)
        {
            return;
        }

        open.Remove(key);
        foreach ((string happened, int count) in events.Counts)
        {
            meters.EventsProcessed(happened, key.Source.Resource, count);
        }
    }

    /// <summary>Events of one source whose workloads are yet to be looked at.</summary>
    private sealed class OpenEvents
    {
        public Dictionary<string, int> Counts { get; } = [];

        public HashSet<WorkloadId> Workloads { get; } = [];
    }
}
