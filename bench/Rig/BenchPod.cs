using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace CsiSecrets.Bench.Rig;

/// <summary>A pod with the tokens that the kubelet would send.</summary>
internal sealed record BenchPod(string Name, string Uid, string Account, string Tokens)
{
    public string VolumeId => "csi-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Uid)));

    public string Target => $"{Sandbox.Folder}/pods/{Uid}/volumes/kubernetes.io~csi/secrets/mount";

    /// <summary>The token for an audience.</summary>
    public string Token(string audience) => (string)JsonNode.Parse(Tokens)![audience]!["token"]!;

    /// <summary>The same with tokens that are said to end soon: too soon for the driver's own schedule, which leaves such a volume to the kubelet.</summary>
    public BenchPod Ending(DateTimeOffset at)
    {
        JsonObject tokens = JsonNode.Parse(Tokens)!.AsObject();
        foreach ((_, JsonNode? one) in tokens)
        {
            one!["expirationTimestamp"] = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }

        return this with { Tokens = tokens.ToJsonString() };
    }
}
