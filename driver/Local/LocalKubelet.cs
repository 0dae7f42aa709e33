using System.Text;
using CsiSecrets.Kube;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using Grpc.Core;

namespace CsiSecrets.Local;

/// <summary>
/// The kubelet, played: publishes the volumes of the folder's pods over the real socket, publishes them again from time to time, takes away
/// what no pod has any more, and all of it at the end.
/// </summary>
/// <param name="api">The folder.</param>
/// <param name="node">The driver.</param>
/// <param name="place">The driver's name, and where targets lie.</param>
/// <param name="console">Where it tells.</param>
/// <param name="time">Clock.</param>
internal sealed class LocalKubelet(IKubeApi api, CsiSocket node, KubeletPlace place, LocalConsole console, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Republish = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, LocalVolume> volumes = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim wake = new(0, 1);
    private volatile bool nudged;

    /// <summary>Something was edited: what failed is tried at once.</summary>
    public void Nudge()
    {
        nudged = true;
        if (wake.CurrentCount == 0)
        {
            wake.Release();
        }
    }

    /// <summary>Runs until cancelled, then takes every volume away.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await StepAsync(cancellationToken);
                await SleepAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end: nothing stays mounted, however long it takes. A publish that was cut may have mounted all the same; taking away what is not there is harmless.
            foreach (LocalVolume volume in volumes.Values.ToList())
            {
                await UnpublishAsync(volume, CancellationToken.None);
            }
        }
    }

    /// <summary>One round: takes away, publishes, publishes again, whatever is due.</summary>
    public async Task StepAsync(CancellationToken cancellationToken)
    {
        if (nudged)
        {
            nudged = false;
            foreach (LocalVolume failing in volumes.Values.Where(v => !v.Published))
            {
                failing.NextAt = DateTimeOffset.MinValue;
            }
        }

        var wanted = new Dictionary<string, PodVolumeCall>(StringComparer.Ordinal);
        await api.ListAsync(ResourceTypes.Pods, KubeQuery.All, pod => AddVolumes(pod, wanted), cancellationToken);
        foreach (LocalVolume old in volumes.Values.Where(v => !wanted.TryGetValue(v.Call.VolumeId, out PodVolumeCall? call) || call.Fingerprint != v.Call.Fingerprint).ToList())
        {
            await UnpublishAsync(old, cancellationToken);
        }

        foreach (PodVolumeCall call in wanted.Values)
        {
            volumes.TryAdd(call.VolumeId, new LocalVolume(call));
        }

        SayIfIdle();
        DateTimeOffset now = time.GetUtcNow();
        await Task.WhenAll(volumes.Values.Where(v => v.NextAt <= now).Select(v => PublishAsync(v, cancellationToken)));
    }

    public void Dispose() => wake.Dispose();

    private void SayIfIdle()
    {
        const string Key = "idle";
        if (volumes.Count == 0)
        {
            console.Problem(Key, $"no pod of the folder has a volume with csi.driver {place.Driver}: nothing to do until one has");
        }
        else
        {
            console.Solved(Key);
        }
    }

    private void AddVolumes(Pod pod, Dictionary<string, PodVolumeCall> wanted)
    {
        foreach (PodVolume other in pod.Spec.Volumes.Where(v => v.Csi is { } csi && csi.Driver != place.Driver))
        {
            console.Problem($"driver:{pod.Key}/{other.Name}", $"pod {pod.Key}: volume {other.Name}: its driver is not {place.Driver}: it is passed over");
        }

        foreach (PodVolumeCall call in PodVolumeCall.Of(pod, place.Driver, place.Root))
        {
            if (call.Volume.Length == 0 || !call.Volume.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            {
                console.Problem($"name:{pod.Key}", $"{place.PlaceOf(ResourceTypes.Pods.Kind, pod.Key)}: a volume's name: not a name (small letters, digits and -)");
                continue;
            }

            wanted[call.VolumeId] = call;
        }
    }

    private async Task PublishAsync(LocalVolume volume, CancellationToken cancellationToken)
    {
        PodVolumeCall call = volume.Call;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(call.TargetPath)!);
            using Secret? secret = await SecretOfAsync(call, cancellationToken);
            await node.PublishAsync(
                call.ToRequest(secret?.Keys().Select(k => KeyValuePair.Create(k, Encoding.UTF8.GetString(secret.Find(k)!.Span))) ?? []), cancellationToken);
            volume.Published = true;
            volume.Failures = 0;
            volume.NextAt = time.GetUtcNow() + Republish;
            console.Solved(call.VolumeId);
        }
        catch (RpcException e)
        {
            Failed(volume, e.Status.Detail);
        }
        catch (SecretsException e)
        {
            Failed(volume, e.Message);
        }
    }

    private void Failed(LocalVolume volume, string why)
    {
        PodVolumeCall call = volume.Call;
        TimeSpan wait = FirstRetry * Math.Pow(2, Math.Min(volume.Failures++, 10));
        volume.NextAt = time.GetUtcNow() + (wait < LongestRetry ? wait : LongestRetry);
        string classPlace = call.ClassName.Length == 0 ? ""
            : $", class {call.ClassName} ({place.PlaceOf(ResourceTypes.SecretProviderClasses.Kind, new ObjectKey(call.Pod.Namespace, call.ClassName))})";
        console.Problem(
            call.VolumeId, $"pod {call.Pod} ({place.PlaceOf(ResourceTypes.Pods.Kind, call.Pod)}), volume {call.Volume}{classPlace}: {why}");
    }

    /// <summary>As the kubelet does, which reads the Secret of <c>nodePublishSecretRef</c> in the pod's namespace.</summary>
    private async Task<Secret?> SecretOfAsync(PodVolumeCall call, CancellationToken cancellationToken)
    {
        if (call.SecretName.Length == 0)
        {
            return null;
        }

        return await api.GetAsync(ResourceTypes.Secrets, new ObjectKey(call.Pod.Namespace, call.SecretName), cancellationToken)
            ?? throw new SecretsException(
                FailureReason.NodePublishSecretMissing, $"csi.nodePublishSecretRef {call.SecretName}", "no such Secret in the folder", "add its manifest");
    }

    private async Task UnpublishAsync(LocalVolume volume, CancellationToken cancellationToken)
    {
        PodVolumeCall call = volume.Call;
        if (!volume.Published)
        {
            console.Drop(call.VolumeId);
        }

        try
        {
            await node.UnpublishAsync(new() { VolumeId = call.VolumeId, TargetPath = call.TargetPath }, cancellationToken);
            volumes.Remove(call.VolumeId);
            console.Solved(call.VolumeId);
        }
        catch (RpcException e)
        {
            console.Problem(call.VolumeId, $"{call.TargetPath} cannot be taken away: {e.Status.Detail}");
        }
    }

    private async Task SleepAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset next = volumes.Values.Select(v => v.NextAt).Append(now + Republish).Min();
        if (next > now)
        {
            using var timer = new CancellationTokenSource(next - now, time);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
            try
            {
                await wake.WaitAsync(linked.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Due time: the ordinary end of a sleep.
            }
        }
    }
}

/// <summary>The driver's name, where targets lie, and where an object of a kind stands, for messages.</summary>
internal sealed record KubeletPlace(string Driver, string Root, Func<string, ObjectKey, string> PlaceOf);
