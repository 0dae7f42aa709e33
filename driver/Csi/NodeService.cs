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
        (string volumeId, string targetPath) = PublishRequestReader.ReadPlace(request);
        await publish.PublishAsync(volumeId, targetPath, () => reader.Read(request), context.CancellationToken);
        return new NodePublishVolumeResponse();
    }

    public override async Task<NodeUnpublishVolumeResponse> NodeUnpublishVolume(
        NodeUnpublishVolumeRequest request, ServerCallContext context)
    {
        (string volumeId, string targetPath) = PublishRequestReader.ReadPlace(request);
        await unpublish.UnpublishAsync(volumeId, targetPath, context.CancellationToken);
        return new NodeUnpublishVolumeResponse();
    }

    public override Task<NodeGetVolumeStatsResponse> NodeGetVolumeStats(NodeGetVolumeStatsRequest request, ServerCallContext context)
    {
        (string volumeId, string path) = PublishRequestReader.ReadPlace(request);
        VolumeUsageReport report = stats.Of(volumeId, path);
        return Task.FromResult(new NodeGetVolumeStatsResponse
        {
            Usage =
            {
                new VolumeUsage { Unit = VolumeUsage.Types.Unit.Bytes, Available = report.BytesFree, Total = report.BytesTotal, Used = report.BytesTotal - report.BytesFree },
                new VolumeUsage { Unit = VolumeUsage.Types.Unit.Inodes, Available = report.InodesFree, Total = report.InodesTotal, Used = report.InodesTotal - report.InodesFree },
            },
            VolumeCondition = new VolumeCondition { Abnormal = report.Trouble is not null, Message = report.Trouble ?? "volume is healthy" },
        });
    }

    private static NodeServiceCapability Capability(NodeServiceCapability.Types.RPC.Types.Type type) =>
        new() { Rpc = new NodeServiceCapability.Types.RPC { Type = type } };
}
