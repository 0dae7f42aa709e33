using CsiSecrets.Csi.Wire;
using Grpc.Core;

namespace CsiSecrets.Csi;

/// <summary>CSI Identity. Probe fails only for what a restart of the process cures.</summary>
internal sealed class IdentityService(CsiIdentity identity, Func<string?> unhealthy) : Identity.IdentityBase
{
    public override Task<GetPluginInfoResponse> GetPluginInfo(GetPluginInfoRequest request, ServerCallContext context) =>
        Task.FromResult(new GetPluginInfoResponse { Name = identity.DriverName, VendorVersion = identity.Version });

    /// <summary>None: a node-only plugin serves no controller and has no topology.</summary>
    public override Task<GetPluginCapabilitiesResponse> GetPluginCapabilities(
        GetPluginCapabilitiesRequest request, ServerCallContext context) => Task.FromResult(new GetPluginCapabilitiesResponse());

    public override Task<ProbeResponse> Probe(ProbeRequest request, ServerCallContext context) => unhealthy() is { } why
        ? throw new Model.SecretsException(Model.FailureReason.Broken, "driver", why, "the kubelet restarts it")
        : Task.FromResult(new ProbeResponse { Ready = true });
}
