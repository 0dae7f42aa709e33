using System.Text.Json;
using k8s;
using k8s.Models;

namespace CsiSecrets.Tests.Cluster.Install;

/// <summary>What the manifests install, as the peer's own end-to-end tests look at it.</summary>
public sealed class InstallTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("secretproviderclasses")]
    [InlineData("secretproviderclasspodstatuses")]
    public async Task Row1_Crd_IsEstablished(string plural)
    {
        V1CustomResourceDefinition crd = await ClusterUnderTest.Eventually(
            TimeSpan.FromSeconds(30),
            async ct =>
            {
                V1CustomResourceDefinition found = await ReadCrd(plural, ct);
                return found.Status.Conditions?.Any(c => c is { Type: "Established", Status: "True" }) == true ? found : null;
            },
            async ct => JsonSerializer.Serialize((await ReadCrd(plural, ct)).Status.Conditions),
            Ct);

        Assert.Equal(["v1", "v1alpha1"], crd.Spec.Versions.Where(v => v.Served).Select(v => v.Name));
        Assert.Equal("v1", Assert.Single(crd.Spec.Versions, v => v.Storage).Name);
        // The class's status is a subresource, the controller's; the pod status has none, because the peer writes it through the main resource.
        Assert.All(crd.Spec.Versions, v => Assert.Equal(plural == "secretproviderclasses", v.Subresources?.Status is not null));
    }

    [Theory]
    [InlineData("secretproviderclasses-role")]
    [InlineData("secretproviderclasses-admin-role")]
    [InlineData("secretproviderclasses-viewer-role")]
    [InlineData("secretproviderclasspodstatuses-viewer-role")]
    [InlineData("secretprovidersyncing-role")]
    public async Task Row2_ClusterRole_Exists(string name)
    {
        V1ClusterRole role = await cluster.Client.RbacAuthorizationV1.ReadClusterRoleAsync(name, cancellationToken: Ct);

        Assert.Equal(name == "secretprovidersyncing-role", (role.Rules ?? []).Count == 0);
    }

    [Theory]
    [InlineData("secretproviderclasses-rolebinding", "secretproviderclasses-role")]
    [InlineData("secretprovidersyncing-rolebinding", "secretprovidersyncing-role")]
    public async Task Row2_ClusterRoleBinding_Exists(string name, string role)
    {
        V1ClusterRoleBinding binding = await cluster.Client.RbacAuthorizationV1.ReadClusterRoleBindingAsync(name, cancellationToken: Ct);

        Assert.Equal(role, binding.RoleRef.Name);
        var subject = Assert.Single(binding.Subjects);
        Assert.Equal(("ServiceAccount", "kube-system", "secrets-store-csi-driver"), (subject.Kind, subject.NamespaceProperty, subject.Name));
    }

    [Fact]
    public async Task CsiDriver_OnThisServer_KeepsEveryField()
    {
        V1CSIDriver driver = await cluster.Client.StorageV1.ReadCSIDriverAsync(ClusterUnderTest.DriverName, cancellationToken: Ct);

        Assert.False(driver.Spec.AttachRequired);
        Assert.True(driver.Spec.PodInfoOnMount);
        Assert.True(driver.Spec.RequiresRepublish);
        Assert.Equal(["Ephemeral"], driver.Spec.VolumeLifecycleModes);
        Assert.Equal(["sts.amazonaws.com", "pods.eks.amazonaws.com"], driver.Spec.TokenRequests.Select(t => t.Audience));
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v1alpha1")]
    public async Task Row5_SecretProviderClass_IsStored_WithFieldsOfTheFuture(string version)
    {
        const string Later = """{"provider": "aws", "later": {"list": [1]}, "secretObjects": [{"secretName": "s", "later": true}]}""";
        string name = $"stored-{version}";
        var body = new Dictionary<string, object>
        {
            ["apiVersion"] = $"{ClusterUnderTest.Group}/{version}",
            ["kind"] = "SecretProviderClass",
            ["metadata"] = new Dictionary<string, string> { ["name"] = name },
            ["spec"] = JsonDocument.Parse(Later).RootElement,
        };
        await cluster.Client.CustomObjects.CreateNamespacedCustomObjectAsync(
            body, ClusterUnderTest.Group, version, "default", "secretproviderclasses", cancellationToken: Ct);

        object stored = await cluster.Client.CustomObjects.GetNamespacedCustomObjectAsync(
            ClusterUnderTest.Group, "v1", "default", "secretproviderclasses", name, cancellationToken: Ct);

        JsonElement spec = JsonSerializer.SerializeToElement(stored).GetProperty("spec");
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(Later).RootElement, spec), spec.GetRawText());
    }

    [Fact]
    public async Task DriverPod_OnTheNode_BecomesReady()
    {
        V1Pod pod = await ClusterUnderTest.Eventually(
            TimeSpan.FromSeconds(60),
            async ct => (await DriverPods(ct)).Items.SingleOrDefault(p => p.Status.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) == true),
            async ct => JsonSerializer.Serialize((await DriverPods(ct)).Items.Select(p => p.Status)),
            Ct);

        V1ContainerStatus container = Assert.Single(pod.Status.ContainerStatuses);
        Assert.Equal(0, container.RestartCount);
    }

    [Fact]
    public async Task Driver_OnceRegistered_IsInCsiNode()
    {
        V1CSINodeDriver driver = await ClusterUnderTest.Eventually(
            TimeSpan.FromSeconds(60),
            async ct => (await ReadCsiNode(ct)).Spec.Drivers?.FirstOrDefault(d => d.Name == ClusterUnderTest.DriverName),
            async ct => JsonSerializer.Serialize((await ReadCsiNode(ct)).Spec.Drivers),
            Ct);

        Assert.Equal(cluster.Node, driver.NodeID);
    }

    private Task<V1CustomResourceDefinition> ReadCrd(string plural, CancellationToken ct) =>
        cluster.Client.ApiextensionsV1.ReadCustomResourceDefinitionAsync($"{plural}.{ClusterUnderTest.Group}", cancellationToken: ct);

    private Task<V1PodList> DriverPods(CancellationToken ct) =>
        cluster.Client.CoreV1.ListNamespacedPodAsync("kube-system", labelSelector: "app=csi-secrets-store", cancellationToken: ct);

    private Task<V1CSINode> ReadCsiNode(CancellationToken ct) =>
        cluster.Client.StorageV1.ReadCSINodeAsync(cluster.Node, cancellationToken: ct);
}
