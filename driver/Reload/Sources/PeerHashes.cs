using System.Text;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Reload.Sources;

/// <summary>Hashes of content exactly as Reloader computes them: sorted <c>key=value</c> lines, joined by semicolons.</summary>
internal static class PeerHashes
{
    public static string OfStatus(PodMountStatus status)
    {
        List<byte[]> lines = [.. status.Objects.Select(static o => Encoding.UTF8.GetBytes($"{o.Id}={o.Version}"))];
        lines.Add(Encoding.UTF8.GetBytes($"SecretProviderClassName={status.SecretProviderClassName}"));
        lines.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        var hash = new Sha512T256();
        for (int i = 0; i < lines.Count; i++)
        {
            hash.Add(i == 0 ? [] : ";"u8);
            hash.Add(lines[i]);
        }

        return hash.EndHex();
    }
}
