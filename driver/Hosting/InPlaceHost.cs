using CsiSecrets.InPlace;
using CsiSecrets.InPlace.Http;
using CsiSecrets.InPlace.Owed;
using CsiSecrets.InPlace.Signals;
using CsiSecrets.Telemetry;

namespace CsiSecrets.Hosting;

/// <summary>Puts in-place reload together, where it is on.</summary>
internal static class InPlaceHost
{
    /// <summary>Null where it is off: then nothing of it runs, and no annotation is looked at.</summary>
    public static ReloadNotices? Build(NodeOptions options, NodeParts parts, ILogger log)
    {
        if (!options.InPlace.Enabled)
        {
            return null;
        }

        var owed = new OwedBook(
            new OwedFiles(Path.Combine(options.Volumes.StateDirectory, "notices")), cause => InPlaceLog.NotKept(log, cause));
        var teller = new PodTeller(
            new HttpReload(parts.Cluster.Neighbours, parts.Dial, parts.Time), new SignalReload(parts.Proc), options.InPlace, new InPlaceMeters(parts.Meters));
        return new ReloadNotices(parts.Cluster.Neighbours, owed, teller, parts.Time, log);
    }
}
