using System.Collections.Concurrent;
using System.Globalization;
using CsiSecrets.Mirroring;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Sync.SecretObjects;

/// <summary>
/// Counts how often a mirrored Secret was made the same again because somebody had changed it. An edit now and then is taken back at once; a
/// second writer is told on, and gets the waits of <see cref="FightLedger"/>. Told apart by content, as there is no drift by fields here.
/// </summary>
internal sealed class MirrorFights(TimeProvider time)
{
    private const int Many = 1000;

    private readonly ConcurrentDictionary<ObjectKey, Last> known = new();

    /// <summary>Throws while a Secret that somebody keeps changing back has to wait.</summary>
    /// <param name="secret">The Secret.</param>
    /// <param name="wanted">The hash of what it is to hold.</param>
    /// <param name="version">The one that is there.</param>
    public void Check(ObjectKey secret, string wanted, string version)
    {
        if (!known.TryGetValue(secret, out Last? last) || last.Wanted != wanted || last.Version == version)
        {
            return;
        }

        if (time.GetElapsedTime(last.At) < FightLedger.WaitAfter(last.Repairs))
        {
            throw new SecretsException(
                FailureReason.TargetTaken,
                $"Secret {secret}",
                string.Create(CultureInfo.InvariantCulture, $"another writer changed it back {last.Repairs} times"),
                "stop that writer, or give one of the two another Secret");
        }
    }

    /// <summary>The content was made another, to be this.</summary>
    public void Wrote(ObjectKey secret, string wanted, string version)
    {
        bool again = known.TryGetValue(secret, out Last? last) && last.Wanted == wanted && time.GetElapsedTime(last.At) < FightLedger.Calm;
        known[secret] = new Last(wanted, version, again ? last!.Repairs + 1 : 0, time.GetTimestamp());
        foreach ((ObjectKey key, Last old) in known.Count > Many ? known.ToArray() : [])
        {
            if (time.GetElapsedTime(old.At) >= FightLedger.Calm)
            {
                known.TryRemove(KeyValuePair.Create(key, old));
            }
        }
    }

    /// <param name="Wanted">The hash of what was written last.</param>
    /// <param name="Version">What that write made.</param>
    /// <param name="Repairs">How often the same was written again.</param>
    /// <param name="At">The clock's timestamp.</param>
    private sealed record Last(string Wanted, string Version, int Repairs, long At);
}
