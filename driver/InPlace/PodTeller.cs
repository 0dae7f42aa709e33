using CsiSecrets.InPlace.Http;
using CsiSecrets.InPlace.Signals;
using CsiSecrets.InPlace.Wishes;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Telemetry;

namespace CsiSecrets.InPlace;

/// <summary>One attempt to tell a pod what its annotations ask for.</summary>
internal sealed class PodTeller(HttpReload http, SignalReload signals, InPlaceOptions options, InPlaceMeters meters)
{
    public PodWishes WishesOf(Pod pod) => PodWishes.Of(pod, options.Signals);

    /// <summary>Returns what failed, in words; empty where nothing did.</summary>
    public async Task<IReadOnlyList<string>> TellAsync(Pod pod, PodWishes wishes, CancellationToken cancellationToken)
    {
        List<string> failures = [];
        if (wishes.Http is { } call)
        {
            Count("http", call.ToString(), await http.CallAsync(pod, call, cancellationToken), failures);
        }

        if (wishes.Signal is { } signal)
        {
            Count("signal", signal.ToString(), signals.Send(pod, signal), failures);
        }

        return failures;
    }

    private void Count(string by, string wish, ReloadResult result, List<string> failures)
    {
        meters.Told(by, result.Word);
        if (result.Outcome != ReloadOutcome.Done)
        {
            failures.Add($"in-place reload by {wish} failed: {result.Message}");
        }
    }
}
