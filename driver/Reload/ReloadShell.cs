using CsiSecrets.Kube;
using CsiSecrets.Reload.Alerts;
using CsiSecrets.Telemetry;

namespace CsiSecrets.Reload;

/// <summary>What a reload is told by.</summary>
internal sealed record ReloadShell
{
    public required EventWriter Events { get; init; }

    public required ReloadMeters Meters { get; init; }

    public required AlertClient Alerts { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Log { get; init; }
}
