using CsiSecrets.Csi.Wire;
using CsiSecrets.Model;
using Grpc.Core;

namespace CsiSecrets.Csi;

/// <summary>The kubelet's plugin registration, served on a socket of its own in the kubelet's plugins_registry.</summary>
/// <param name="identity">Who registers.</param>
/// <param name="answered">Told the kubelet's verdict: null when registered, else its reason.</param>
/// <param name="logger">Log.</param>
internal sealed class RegistrationService(CsiIdentity identity, Action<string?> answered, ILogger<RegistrationService> logger)
    : Registration.RegistrationBase
{
    public override Task<PluginInfo> GetInfo(InfoRequest request, ServerCallContext context) => Task.FromResult(new PluginInfo
    {
        Type = "CSIPlugin",
        Name = identity.DriverName,
        Endpoint = identity.HostEndpoint,
        SupportedVersions = { "1.0.0" },
    });

    public override Task<RegistrationStatusResponse> NotifyRegistrationStatus(RegistrationStatus request, ServerCallContext context)
    {
        if (request.PluginRegistered)
        {
            logger.Registered(identity.DriverName);
        }
        else
        {
            logger.RegistrationRefused(identity.DriverName, OneLine.Of(request.Error));
        }

        answered(request.PluginRegistered ? null : OneLine.Of(request.Error));
        return Task.FromResult(new RegistrationStatusResponse());
    }
}
