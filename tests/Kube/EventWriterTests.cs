using CsiSecrets.Kube;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Kube;

public sealed class EventWriterTests
{
    [Fact]
    public void MoreThanWait_AreCountedAsDropped()
    {
        var meters = new Meters();
        using var writer = new EventWriter(null!, "driver", "node", new FakeTimeProvider(), meters);
        for (int i = 0; i < 1003; i++)
        {
            writer.Write($"{i}", new ObjectReference { Name = "pod" }, "Reason", "message", warning: true);
        }

        Assert.Contains("csi_secrets_events_dropped_total 3", meters.Expose(), StringComparison.Ordinal);
    }
}
