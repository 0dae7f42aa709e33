using System.Text;
using System.Text.Json;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube;

/// <summary>Takes the startup taint off this node once the kubelet knows the driver, so that no pod meets a node without it. Only where a
/// taint is named; it needs a Role of its own.</summary>
internal sealed class StartupTaint(IKubeApi api, string node, string taint, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);
    private const int Tries = 30;

    /// <summary>Starts the removal; what it cannot do is logged.</summary>
    public void Remove()
    {
        if (taint.Length > 0)
        {
            _ = RemoveAsync(CancellationToken.None);
        }
    }

    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        for (int i = 1; i <= Tries; i++)
        {
            try
            {
                // One key may stand there once for each effect.
                while (await TryRemoveAsync(cancellationToken))
                {
                    KubeLog.TaintRemoved(log, taint, node);
                }

                return;
            }
            catch (SecretsException e) when (i < Tries && e.Reason != FailureReason.KubernetesDenied)
            {
                await Task.Delay(Jitter.Backoff(i, Wait, Wait * 30), time, cancellationToken);
            }
            catch (SecretsException e)
            {
                KubeLog.TaintStays(log, taint, node, e.Message);
                return;
            }
        }
    }

    private async Task<bool> TryRemoveAsync(CancellationToken cancellationToken)
    {
        var key = new ObjectKey("", node);
        Node? found = await api.GetAsync(ResourceTypes.Nodes, key, cancellationToken);
        int index = found?.Spec.Taints.ToList().FindIndex(t => t.Key == taint) ?? -1;
        if (index < 0)
        {
            return false;
        }

        // The test fails when somebody else changed the list meanwhile: then it is read again.
        string text = JsonEncodedText.Encode(taint).ToString();
        string patch = $$"""[{"op":"test","path":"/spec/taints/{{index}}/key","value":"{{text}}"},{"op":"remove","path":"/spec/taints/{{index}}"}]""";
        await api.PatchAsync(ResourceTypes.Nodes, key, PatchKind.Json, Encoding.UTF8.GetBytes(patch), cancellationToken);
        return true;
    }
}
