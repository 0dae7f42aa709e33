using CsiSecrets.Csi.Wire;
using CsiSecrets.Volumes;
using Grpc.Core;

namespace CsiSecrets.Csi;

/// <summary>CSI Node: reads a request, calls one use case, answers.</summary>
internal sealed class NodeService(
    CsiIdentity identity, PublishRequestReader reader, PublishVolume publish, UnpublishVolume unpublish, VolumeStats stats) : Node.NodeBase
{
    public override Task<NodeGetInfoResponse> NodeGetInfo(NodeGetInfoRequest request, ServerCallContext context) =>
        Task.FromResult(new NodeGetInfoResponse { NodeId = identity.NodeId });

    public override Task<NodeGetCapabilitiesResponse> NodeGetCapabilities(NodeGetCapabilitiesRequest request, ServerCallContext context) =>
        Task.FromResult(new NodeGetCapabilitiesResponse
        {
            Capabilities =
            {
                Capability(NodeServiceCapability.Types.RPC.Types.Type.VolumeMountGroup),
                Capability(NodeServiceCapability.Types.RPC.Types.Type.GetVolumeStats),
                Capability(NodeServiceCapability.Types.RPC.Types.Type.VolumeCondition),
            },
        });

    public override async Task<NodePublishVolumeResponse> NodePublishVolume(NodePublishVolumeRequest request, ServerCallContext context)
    {
        await publish.PublishAsync(() => PublishRequestReader.ReadPlace(request), () => reader.Read(request), context.CancellationToken);
        return new NodePublishVolumeResponse();
    }

    public override async Task<NodeUnpublishVolumeResponse> NodeUnpublishVolume(
        NodeUnpublishVolumeRequest request, ServerCallContext context)
    {
        await unpublish.UnpublishAsync(() => PublishRequestReader.ReadPlace(request), context.CancellationToken);
        return new NodeUnpublishVolumeResponse();
    }

    public override Task<NodeGetVolumeStatsResponse> NodeGetVolumeStats(NodeGetVolumeStatsRequest request, ServerCallContext context)
    {
        (string volumeId, string path) = PublishRequestReader.ReadPlace(request);
        VolumeUsageReport report = stats.Of(volumeId, path);
        Posix.VolumeUsage usage = report.Usage;
        return Task.FromResult(new NodeGetVolumeStatsResponse
        {
            Usage =
            {
                Usage(VolumeUsage.Types.Unit.Bytes, usage.AvailableBytes, usage.TotalBytes, usage.UsedBytes),
                Usage(VolumeUsage.Types.Unit.Inodes, usage.AvailableInodes, usage.TotalInodes, usage.UsedInodes),
            },
            VolumeCondition = new VolumeCondition { Abnormal = report.Trouble is not null, Message = report.Trouble ?? "volume is healthy" },
        });
    }

    private static VolumeUsage Usage(VolumeUsage.Types.Unit unit, long available, long total, long used) =>
        new() { Unit = unit, Available = available, Total = total, Used = used };

    private static NodeServiceCapability Capability(NodeServiceCapability.Types.RPC.Types.Type type) =>
        new() { Rpc = new NodeServiceCapability.Types.RPC { Type = type } };
}
