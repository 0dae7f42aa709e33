using System.Text.RegularExpressions;
using CsiSecrets.Csi.Wire;
using CsiSecrets.Tests.Harness;
using Grpc.Core;
using Grpc.Net.Client;

namespace CsiSecrets.Tests.Csi;

/// <summary>
/// What the CSI specification and the kubelet demand of a plugin that only publishes ephemeral volumes on its node. One place departs from
/// the specification, on purpose: see <see cref="Publish_SameTargetOtherCapability_IsOkAndChangesNothing"/>.
/// </summary>
public abstract partial class CsiSpecificationTests : IAsyncLifetime
{
    private ISpecificationTarget target = null!;

    private Node.NodeClient Csi => new(target.Csi);

    private Identity.IdentityClient IdentityOf => new(target.Csi);

    internal abstract Task<ISpecificationTarget> StartAsync();

    public async ValueTask InitializeAsync() => target = await StartAsync();

    public ValueTask DisposeAsync() => target is null ? ValueTask.CompletedTask : target.DisposeAsync(); // null where it did not start

    [Fact]
    public async Task GetPluginInfo_NamesTheDriver_AsTheRegistrationDoes()
    {
        GetPluginInfoResponse info = await IdentityOf.GetPluginInfoAsync(new GetPluginInfoRequest());
        Assert.Matches(DomainStyle(), info.Name);
        Assert.InRange(info.Name.Length, 1, 63);
        Assert.NotEmpty(info.VendorVersion);

        using GrpcChannel registration = NodeUnderTest.Dial(target.RegistrationSocket);
        PluginInfo registered = await new Registration.RegistrationClient(registration).GetInfoAsync(new InfoRequest());
        Assert.Equal(("CSIPlugin", info.Name), (registered.Type, registered.Name));
        Assert.StartsWith("/", registered.Endpoint);
        Assert.Contains("1.0.0", registered.SupportedVersions);
        await new Registration.RegistrationClient(registration).NotifyRegistrationStatusAsync(new RegistrationStatus { PluginRegistered = true });
    }

    [Fact]
    public async Task GetPluginCapabilities_ClaimsNoController()
    {
        GetPluginCapabilitiesResponse claimed = await IdentityOf.GetPluginCapabilitiesAsync(new GetPluginCapabilitiesRequest());
        Assert.DoesNotContain(claimed.Capabilities, c => c.Service is not null);
    }

    [Fact]
    public async Task Probe_IsReady() => Assert.True((await IdentityOf.ProbeAsync(new ProbeRequest())).Ready);

    [Fact]
    public async Task NodeGetCapabilities_ClaimsWhatItDoes_AndNoStaging()
    {
        NodeGetCapabilitiesResponse claimed = await Csi.NodeGetCapabilitiesAsync(new NodeGetCapabilitiesRequest());
        Assert.Equal(
            [
                NodeServiceCapability.Types.RPC.Types.Type.GetVolumeStats,
                NodeServiceCapability.Types.RPC.Types.Type.VolumeCondition,
                NodeServiceCapability.Types.RPC.Types.Type.VolumeMountGroup,
            ],
            claimed.Capabilities.Select(c => c.Rpc.Type).Order());
    }

    [Fact]
    public async Task NodeGetInfo_NamesTheNode() =>
        Assert.InRange((await Csi.NodeGetInfoAsync(new NodeGetInfoRequest())).NodeId.Length, 1, 128);

    [Theory]
    [InlineData("/csi.v1.Node/NodeStageVolume")]
    [InlineData("/csi.v1.Node/NodeExpandVolume")]
    [InlineData("/csi.v1.Controller/CreateVolume")]
    public async Task CallNotClaimed_IsUnimplemented(string call)
    {
        string[] parts = call.Split('/');
        var method = new Method<ProbeRequest, ProbeResponse>(
            MethodType.Unary, parts[1], parts[2],
            Marshallers.Create(static _ => [], static _ => new ProbeRequest()),
            Marshallers.Create(static _ => [], static _ => new ProbeResponse()));
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => target.Csi.CreateCallInvoker()
            .AsyncUnaryCall(method, null, new CallOptions(), new ProbeRequest()).ResponseAsync);
        Assert.Equal(StatusCode.Unimplemented, e.StatusCode);
    }

    [Theory]
    [InlineData("volume_id")]
    [InlineData("target_path")]
    [InlineData("volume_capability")]
    [InlineData("volume_capability.access_type")]
    public async Task Publish_FieldMissing_IsInvalidArgument(string field)
    {
        PodUnderTest pod = target.Pod("web");
        string message = await pod.PublishFailsAsync(StatusCode.InvalidArgument, request =>
        {
            switch (field)
            {
                case "volume_id":
                    request.VolumeId = "";
                    break;
                case "target_path":
                    request.TargetPath = "";
                    break;
                case "volume_capability":
                    request.VolumeCapability = null;
                    break;
                default:
                    request.VolumeCapability.Mount = null;
                    break;
            }
        });
        Assert.Contains("missing", message);
        Assert.False(Directory.Exists(pod.TargetPath));
    }

    [Fact]
    public async Task Publish_BlockDevice_IsInvalidArgument() => await target.Pod("web").PublishFailsAsync(
        StatusCode.InvalidArgument, static r => r.VolumeCapability.Block = new VolumeCapability.Types.BlockVolume());

    [Fact]
    public async Task Publish_MakesTheTargetBelowItsParent()
    {
        PodUnderTest pod = target.Pod("web");
        Assert.False(Directory.Exists(pod.TargetPath));
        await pod.PublishAsync();
        Assert.Equal("first", pod.Read("db"));
    }

    [Fact]
    public async Task Publish_Again_IsOk()
    {
        PodUnderTest pod = target.Pod("web");
        await pod.PublishAsync();
        string set = File.ResolveLinkTarget(pod["..data"], false)!.FullName;
        await pod.PublishAsync();
        Assert.Equal(set, File.ResolveLinkTarget(pod["..data"], false)!.FullName);
    }

    [Fact]
    public async Task Publish_AtTheSameTime_IsOkForBoth()
    {
        PodUnderTest pod = target.Pod("web");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => pod.PublishAsync()));
        Assert.Equal(["db"], pod.Files());
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => pod.UnpublishAsync()));
        Assert.False(Directory.Exists(pod.TargetPath));
    }

    /// <summary>The specification wants ALREADY_EXISTS; a kubelet before 1.37 would then tear down the bookkeeping of a running pod's volume.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Publish_SameTargetOtherCapability_IsOkAndChangesNothing(bool block)
    {
        PodUnderTest pod = target.Pod("web");
        await pod.PublishAsync();
        await pod.PublishAsync(request =>
        {
            request.Readonly = block;
            if (block)
            {
                request.VolumeCapability.Block = new VolumeCapability.Types.BlockVolume();
            }
        });
        Assert.Equal("first", pod.Read("db"));
    }

    [Fact]
    public async Task Publish_OtherTargetWhilePublished_IsFailedPrecondition()
    {
        PodUnderTest pod = target.Pod("web");
        await pod.PublishAsync();
        string other = pod.TargetPath + "-2";
        string message = await pod.PublishFailsAsync(StatusCode.FailedPrecondition, r => r.TargetPath = other);
        Assert.Contains(pod.TargetPath, message);
        Assert.False(Directory.Exists(other));
        Assert.Equal("first", pod.Read("db"));
    }

    [Fact]
    public async Task Publish_OtherSecrets_AreNotCompared()
    {
        PodUnderTest pod = target.Pod("web");
        await pod.PublishAsync();
        await pod.PublishAsync(static r => r.Secrets["other"] = "than-before");
        Assert.Equal("first", pod.Read("db"));
    }

    [Theory]
    [InlineData("", "/pods/x/mount")]
    [InlineData("csi-1", "")]
    public async Task Unpublish_FieldMissing_IsInvalidArgument(string volumeId, string path)
    {
        RpcException e = await Assert.ThrowsAsync<RpcException>(async () =>
            await Csi.NodeUnpublishVolumeAsync(new NodeUnpublishVolumeRequest { VolumeId = volumeId, TargetPath = path }));
        Assert.Equal(StatusCode.InvalidArgument, e.StatusCode);
    }

    [Fact]
    public async Task Unpublish_RemovesTheTarget_AndAgainIsOk()
    {
        PodUnderTest pod = target.Pod("web");
        await pod.PublishAsync();
        await pod.UnpublishAsync();
        Assert.False(Directory.Exists(pod.TargetPath));
        Assert.True(Directory.Exists(Path.GetDirectoryName(pod.TargetPath)));
        await pod.UnpublishAsync();
    }

    [Fact]
    public async Task Unpublish_VolumeNeverSeen_IsOk() => await target.Pod("web").UnpublishAsync();

    [Fact]
    public async Task Stats_OfAVolume_CountBytesAndInodes()
    {
        PodUnderTest pod = target.Pod("web");
        await pod.PublishAsync();
        NodeGetVolumeStatsResponse stats = await pod.StatsAsync();
        Assert.Equal([VolumeUsage.Types.Unit.Bytes, VolumeUsage.Types.Unit.Inodes], stats.Usage.Select(u => u.Unit));
        Assert.All(stats.Usage, u => Assert.True(u.Used > 0 && u.Total >= u.Used && u.Available >= 0, u.ToString()));
        Assert.False(stats.VolumeCondition.Abnormal);
        Assert.NotEmpty(stats.VolumeCondition.Message);
    }

    [Theory]
    [InlineData("", "path", StatusCode.InvalidArgument)]
    [InlineData("id", "", StatusCode.InvalidArgument)]
    [InlineData("other", "path", StatusCode.NotFound)]
    [InlineData("id", "other", StatusCode.NotFound)]
    public async Task Stats_OfNothing_Fail(string volumeId, string path, StatusCode code)
    {
        PodUnderTest pod = target.Pod("web");
        await pod.PublishAsync();
        RpcException e = await Assert.ThrowsAsync<RpcException>(async () => await Csi.NodeGetVolumeStatsAsync(new NodeGetVolumeStatsRequest
        {
            VolumeId = volumeId == "id" ? pod.VolumeId : volumeId,
            VolumePath = path == "path" ? pod.TargetPath : path == "other" ? pod.TargetPath + "-2" : path,
        }));
        Assert.Equal(code, e.StatusCode);
    }

    [Fact]
    public async Task Restart_VolumeIsKnown_WithNothingInMemory()
    {
        PodUnderTest pod = target.Pod("web");
        await pod.PublishAsync();
        await target.RestartAsync();
        Assert.Equal("first", pod.Read("db"));
        Assert.False((await pod.StatsAsync()).VolumeCondition.Abnormal);
        await pod.PublishAsync();
        await pod.UnpublishAsync();
        Assert.False(Directory.Exists(pod.TargetPath));
    }

    [Fact]
    public async Task VolumeId_OfTheLongestKind_IsTaken()
    {
        PodUnderTest pod = target.Pod("web");
        string id = new('v', 128);
        await pod.PublishAsync(r => r.VolumeId = id);
        Assert.Equal("first", pod.Read("db"));
        await Csi.NodeUnpublishVolumeAsync(new NodeUnpublishVolumeRequest { VolumeId = id, TargetPath = pod.TargetPath });
        Assert.False(Directory.Exists(pod.TargetPath));
    }

    [Fact]
    public async Task Failure_ItsMessage_HoldsNoTokenAndNoDetails()
    {
        PodUnderTest pod = target.Pod("web");
        string message = await pod.PublishFailsAsync(StatusCode.NotFound, static r => r.VolumeContext["secretProviderClass"] = "absent");
        Assert.DoesNotContain(pod.Request().VolumeContext["csi.storage.k8s.io/serviceAccount.tokens"][30..60], message);
        Assert.DoesNotContain(UnsignedTokens.Marker, message);
        Assert.Contains("shop/absent", message);
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$")]
    private static partial Regex DomainStyle();
}
