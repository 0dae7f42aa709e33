using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CsiSecrets.Csi.Wire;
using Grpc.Core;

namespace CsiSecrets.Tests.Harness;

/// <summary>A pod with one CSI volume. The test plays its kubelet, with the calls that a kubelet makes.</summary>
internal sealed class PodUnderTest(Kubelet kubelet, string ns, string name, string className)
{
    public string Namespace => ns;

    public string Name => name;

    public string ClassName => className;

    public string Uid { get; init; } = Guid.NewGuid().ToString();

    public string ServiceAccount { get; init; } = "default";

    public string ServiceAccountUid { get; init; } = "sa-uid-default";

    /// <summary>The pod's fsGroup, as a kubelet from 1.22 on passes it.</summary>
    public string FsGroup { get; set; } = "";

    /// <summary>The volume's name in the pod.</summary>
    public string Volume { get; set; } = "secrets";

    /// <summary>volumeAttributes beside secretProviderClass.</summary>
    public Dictionary<string, string> Attributes { get; } = new(StringComparer.Ordinal);

    /// <summary>What nodePublishSecretRef's Secret holds.</summary>
    public Dictionary<string, string> Secrets { get; } = new(StringComparer.Ordinal);

    /// <summary>The life of the tokens passed with the next call.</summary>
    public TimeSpan TokenLife { get; set; } = TimeSpan.FromHours(1);

    /// <summary>As the kubelet makes it: a hash, so that one pod's volume keeps its id.</summary>
    public string VolumeId => "csi-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Uid + Volume)));

    public string TargetPath => Path.Combine(kubelet.Folder, "pods", Uid, $"volumes/kubernetes.io~csi/{Volume}/mount");

    public string this[string file] => Path.Combine(TargetPath, file);

    /// <summary>NodePublishVolume: the first time, and every republish. <paramref name="change"/> spoils the request.</summary>
    public async Task PublishAsync(Action<NodePublishVolumeRequest>? change = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(TargetPath)!);
        NodePublishVolumeRequest request = Request();
        change?.Invoke(request);
        await kubelet.Csi.NodePublishVolumeAsync(request, Patient());
    }

    /// <summary>The publish must fail so; returns its message.</summary>
    public async Task<string> PublishFailsAsync(StatusCode code, Action<NodePublishVolumeRequest>? change = null)
    {
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => PublishAsync(change));
        Assert.Equal((code, e.Status.Detail), (e.StatusCode, e.Status.Detail));
        Assert.DoesNotContain(e.Trailers, t => t.Key == "grpc-status-details-bin");
        return e.Status.Detail;
    }

    public async Task UnpublishAsync() =>
        await kubelet.Csi.NodeUnpublishVolumeAsync(
            new NodeUnpublishVolumeRequest { VolumeId = VolumeId, TargetPath = TargetPath },
            Patient());

    public async Task<NodeGetVolumeStatsResponse> StatsAsync() =>
        await kubelet.Csi.NodeGetVolumeStatsAsync(
            new NodeGetVolumeStatsRequest { VolumeId = VolumeId, VolumePath = TargetPath },
            Patient());

    public string Read(string file) => File.ReadAllText(this[file]);

    /// <summary>The files as an application lists them, links followed, by their paths.</summary>
    public IReadOnlyList<string> Files()
    {
        EnumerationOptions plain = new() { RecurseSubdirectories = false, AttributesToSkip = 0 };
        IEnumerable<string> Under(string folder) => Directory.EnumerateFileSystemEntries(folder, "*", plain)
            .Where(e => !Path.GetFileName(e).StartsWith("..", StringComparison.Ordinal))
            .SelectMany(e => Directory.Exists(e) ? Under(e) : [e]);
        return Directory.Exists(TargetPath)
            ? [.. Under(TargetPath).Select(f => Path.GetRelativePath(TargetPath, f)).Order(StringComparer.Ordinal)]
            : [];
    }

    /// <summary>The request that a kubelet sends for this pod's volume now.</summary>
    public NodePublishVolumeRequest Request()
    {
        var request = new NodePublishVolumeRequest
        {
            VolumeId = VolumeId,
            TargetPath = TargetPath,
            Readonly = true,
            VolumeCapability = new VolumeCapability
            {
                Mount = new VolumeCapability.Types.MountVolume { VolumeMountGroup = FsGroup },
                AccessMode = new VolumeCapability.Types.AccessMode { Mode = VolumeCapability.Types.AccessMode.Types.Mode.SingleNodeWriter },
            },
        };
        request.VolumeContext.Add(new Dictionary<string, string>(Attributes)
        {
            ["secretProviderClass"] = className,
            ["csi.storage.k8s.io/ephemeral"] = "true",
            ["csi.storage.k8s.io/pod.name"] = name,
            ["csi.storage.k8s.io/pod.namespace"] = ns,
            ["csi.storage.k8s.io/pod.uid"] = Uid,
            ["csi.storage.k8s.io/serviceAccount.name"] = ServiceAccount,
        });
        request.Secrets.Add(Secrets);
        if (kubelet.Audiences.Count > 0)
        {
            request.VolumeContext["csi.storage.k8s.io/serviceAccount.tokens"] = Tokens();
        }

        return request;
    }

    // In real time: a call that hangs fails its test instead of holding up all others.
    private static CallOptions Patient() => new(deadline: DateTime.UtcNow.AddMinutes(10), cancellationToken: TestContext.Current.CancellationToken);

    private string Tokens()
    {
        DateTimeOffset expires = kubelet.Time.GetUtcNow() + TokenLife;
        var tokens = new JsonObject();
        foreach (string audience in kubelet.Audiences)
        {
            tokens[audience] = new JsonObject
            {
                ["token"] = kubelet.Tokens.Token(this, audience, expires),
                ["expirationTimestamp"] = expires.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
            };
        }

        return tokens.ToJsonString();
    }
}
