using System.Threading.Channels;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Telemetry;

namespace CsiSecrets.Kube;

/// <summary>
/// Writes Events without ever making anybody wait: at most one for each key and reason in ten minutes, and one a second for the node. What
/// is held back is counted.
/// </summary>
internal sealed class EventWriter(IKubeApi api, string component, string node, TimeProvider time, Meters meters) : BackgroundService
{
    private const int LongestMessage = 1024;
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(10);
    private const int MostWaiting = 1000;

    // Only ever tried: a full one says so at once, which dropping would not.
    private readonly Channel<KubeEvent> queue = Channel.CreateBounded<KubeEvent>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.Wait });
    // By elapsed time: a clock that is set back must not silence anybody for as long.
    private readonly Dictionary<(string Key, string Reason), TimeSpan> written = [];
    private readonly Lock gate = new();
    private TimeSpan sweepAt;

    /// <summary>The least time between two events.</summary>
    public TimeSpan Pace { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Queues an event about <paramref name="about"/>.</summary>
    /// <param name="key">What the limit counts by, e.g. the volume.</param>
    /// <param name="about">The object that it is shown on.</param>
    /// <param name="reason">CamelCase.</param>
    /// <param name="message">Safe to show.</param>
    /// <param name="warning">Warning or Normal.</param>
    public void Write(string key, ObjectReference about, string reason, string message, bool warning)
    {
        TimeSpan now = Now;
        lock (gate)
        {
            if (written.TryGetValue((key, reason), out TimeSpan last) && now - last < Quiet)
            {
                meters.EventDropped();
                return;
            }

            written[(key, reason)] = now;
            Sweep(now);
        }

        if (!queue.Writer.TryWrite(NewEvent(about, reason, message, warning, time.GetUtcNow())))
        {
            meters.EventDropped();
        }
    }

    /// <summary>The trouble is new: its event is news even if an earlier trouble's was just written, but not more often than once a minute,
    /// so that what flaps stays bounded.</summary>
    public void Transition(string key, string reason)
    {
        lock (gate)
        {
            if (written.TryGetValue((key, reason), out TimeSpan last) && Now - last > TimeSpan.FromMinutes(1))
            {
                written.Remove((key, reason));
            }
        }
    }

    private TimeSpan Now => time.GetElapsedTime(0);

    private void Sweep(TimeSpan now)
    {
        if (now < sweepAt)
        {
            return;
        }

        sweepAt = now + Quiet;
        foreach ((string, string) old in written.Where(w => now - w.Value > Quiet).Select(w => w.Key).ToList())
        {
            written.Remove(old);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (KubeEvent one in queue.Reader.ReadAllAsync(stoppingToken))
            {
                await WriteAsync(one, stoppingToken);
                await Task.Delay(Pace, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends; events are no promise.
        }
    }

    private async Task WriteAsync(KubeEvent one, CancellationToken cancellationToken)
    {
        try
        {
            await api.CreateAsync(ResourceTypes.Events, one, cancellationToken);
        }
        catch (SecretsException)
        {
            meters.EventDropped();
        }
    }

    private KubeEvent NewEvent(ObjectReference about, string reason, string message, bool warning, DateTimeOffset now) => new()
    {
        Metadata = new ObjectMeta { Namespace = about.Namespace is { Length: > 0 } ns ? ns : "default", Name = $"{Cut(about.Name ?? "node", 200)}.{Guid.NewGuid():N}" },
        InvolvedObject = about,
        Reason = reason,
        Message = Cut(OneLine.Of(message), LongestMessage),
        Type = warning ? "Warning" : "Normal",
        Source = new EventSource { Component = component, Host = node },
        FirstTimestamp = now,
        LastTimestamp = now,
        Count = 1,
    };

    /// <summary>The server counts bytes; cutting below the bound by characters of up to four bytes keeps it.</summary>
    private static string Cut(string text, int bytes)
    {
        int length = text.Length;
        while (System.Text.Encoding.UTF8.GetByteCount(text.AsSpan(0, length)) > bytes)
        {
            length -= Math.Max(1, (length - bytes) / 2);
        }

        return text[..length];
    }
}
