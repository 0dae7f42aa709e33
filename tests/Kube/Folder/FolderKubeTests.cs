using CsiSecrets.Kube;
using CsiSecrets.Kube.Folder;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Tests.Kube.Folder;

public sealed class FolderKubeTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FolderState state = new(TimeProvider.System);
    private readonly FolderKube kube;

    public FolderKubeTests() => kube = new FolderKube(state);

    public void Dispose() => state.Dispose();

    [Fact]
    public async Task AnObject_IsReadWithWhatAServerFillsIn()
    {
        Put("a", """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"serviceAccountName":"s"}}""");

        Pod pod = (await kube.GetAsync(ResourceTypes.Pods, new ObjectKey("default", "a"), None))!;
        Assert.Equal(("default", "s"), (pod.Metadata.Namespace, pod.Spec.ServiceAccountName));
        Assert.True(Guid.TryParse(pod.Metadata.Uid, out _));
        Assert.NotEmpty(pod.Metadata.ResourceVersion);
        Assert.Null(await kube.GetAsync(ResourceTypes.Pods, new ObjectKey("default", "b"), None));
    }

    [Theory]
    [InlineData("", "", "", "a,b,c")]
    [InlineData("shop", "", "", "c")]
    [InlineData("", "metadata.name=b", "", "b")]
    [InlineData("", "spec.nodeName=n1", "", "a,c")]
    [InlineData("", "spec.nodeName!=n1", "", "b")]
    [InlineData("", "", "app=x", "a")]
    [InlineData("", "", "app!=x", "b,c")]
    [InlineData("", "", "app", "a,b")]
    [InlineData("", "", "!app", "c")]
    [InlineData("", "", "app=x,app!=x", "")]
    public async Task ASelector_ChoosesAsAServerDoes(string ns, string fields, string labels, string expected)
    {
        Put("a", """{"metadata":{"labels":{"app":"x"}},"spec":{"nodeName":"n1"}}""");
        Put("b", """{"metadata":{"labels":{"app":"y"}},"spec":{"nodeName":"n2"}}""");
        Put("c", "{}", "shop");

        var found = new List<string>();
        await kube.ListAsync(ResourceTypes.Pods, new KubeQuery { Namespace = ns, FieldSelector = fields, LabelSelector = labels }, p => found.Add(p.Metadata.Name), None);
        Assert.Equal(expected, string.Join(',', found));
    }

    [Fact]
    public async Task AWatch_TellsWhatComesAfterTheList()
    {
        Put("a", """{"spec":{"serviceAccountName":"1"}}""");
        string version = await kube.ListAsync(ResourceTypes.Pods, KubeQuery.All, _ => { }, None);
        await using IAsyncEnumerator<WatchEvent<Pod>> watch = kube.WatchAsync(ResourceTypes.Pods, KubeQuery.All, version, TestContext.Current.CancellationToken).Where(static e => e.Kind != WatchKind.Opened).GetAsyncEnumerator();

        ValueTask<bool> next = watch.MoveNextAsync();
        Assert.False(next.IsCompleted);
        Put("b", "{}");
        Assert.True(await next);
        Assert.Equal((WatchKind.Added, "b"), (watch.Current.Kind, watch.Current.Object!.Metadata.Name));

        Put("a", """{"spec":{"serviceAccountName":"1"}}""");
        Put("a", """{"spec":{"serviceAccountName":"2"}}""");
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal((WatchKind.Modified, "2"), (watch.Current.Kind, watch.Current.Object!.Spec.ServiceAccountName));

        Assert.True(await kube.DeleteAsync(ResourceTypes.Pods, new ObjectKey("default", "a"), None));
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal((WatchKind.Deleted, "a"), (watch.Current.Kind, watch.Current.Object!.Metadata.Name));
    }

    [Fact]
    public async Task AWatchFromTheForgottenPast_IsExpired()
    {
        string version = await kube.ListAsync(ResourceTypes.Pods, KubeQuery.All, _ => { }, None);
        for (int i = 0; i < 1500; i++)
        {
            Put("a", "{\"spec\":{\"serviceAccountName\":\"" + i + "\"}}");
        }

        await foreach (WatchEvent<Pod> e in kube.WatchAsync(ResourceTypes.Pods, KubeQuery.All, version, TestContext.Current.CancellationToken).Where(static e => e.Kind != WatchKind.Opened))
        {
            Assert.Equal(WatchKind.Expired, e.Kind);
        }
    }

    [Fact]
    public async Task AWrite_IsHeldInMemory_UnderTheServersRules()
    {
        var status = new SecretProviderClassPodStatus { Metadata = new ObjectMeta { Name = "s", Namespace = "shop" }, Status = new PodMountStatus { PodName = "p" } };
        SecretProviderClassPodStatus made = await kube.CreateAsync(ResourceTypes.PodStatuses, status, None);
        Assert.Equal(FailureReason.KubernetesConflict, (await Assert.ThrowsAsync<SecretsException>(() => kube.CreateAsync(ResourceTypes.PodStatuses, status, None))).Reason);

        SecretProviderClassPodStatus? other = await kube.ReplaceAsync(ResourceTypes.PodStatuses, made with { Status = new PodMountStatus { PodName = "q" } }, None);
        Assert.Equal("q", other!.Status.PodName);
        Assert.Equal(made.Metadata.Uid, other.Metadata.Uid);
        Assert.Equal(FailureReason.KubernetesConflict, (await Assert.ThrowsAsync<SecretsException>(() => kube.ReplaceAsync(ResourceTypes.PodStatuses, made, None))).Reason);

        SecretProviderClassPodStatus? patched = await kube.PatchAsync(
            ResourceTypes.PodStatuses, status.Key, PatchKind.Merge, """{"metadata":{"labels":{"a":"b"}},"status":{"podName":null,"mounted":true}}"""u8.ToArray(), None);
        Assert.Equal(("", true, "b"), (patched!.Status.PodName, patched.Status.Mounted, patched.Metadata.Label("a")));
        Assert.Null(await kube.PatchAsync(ResourceTypes.PodStatuses, new ObjectKey("shop", "none"), PatchKind.Merge, "{}"u8.ToArray(), None));

        SecretProviderClassPodStatus applied = await kube.ApplyAsync(
            ResourceTypes.PodStatuses, new SecretProviderClassPodStatus { Metadata = new ObjectMeta { Name = "s", Namespace = "shop", Annotations = new Dictionary<string, string> { ["x"] = "y" } } }, "me", true, None);
        Assert.Equal(("b", "y"), (applied.Metadata.Label("a"), applied.Metadata.Annotation("x")));
    }

    [Fact]
    public async Task Events_AreBounded()
    {
        for (int i = 0; i < 600; i++)
        {
            await kube.CreateAsync(ResourceTypes.Events, new KubeEvent { Metadata = new ObjectMeta { Namespace = "shop", Name = $"e{i}" } }, None);
        }

        var names = new List<string>();
        await kube.ListAsync(ResourceTypes.Events, KubeQuery.All, e => names.Add(e.Metadata.Name), None);
        Assert.Equal(500, names.Count);
        Assert.Contains("e599", names);
        Assert.DoesNotContain("e0", names);
    }

    [Fact]
    public async Task AToken_IsNeverMade()
    {
        state.Put(new ObjectId("", "ServiceAccount", new ObjectKey("shop", "s")), "{}"u8, null, static _ => { }).Dispose();

        Assert.Null(await kube.CreateTokenAsync(new ObjectKey("shop", "none"), new TokenRequestSpec(), None));
        Assert.Equal(
            FailureReason.KubernetesDenied,
            (await Assert.ThrowsAsync<SecretsException>(() => kube.CreateTokenAsync(new ObjectKey("shop", "s"), new TokenRequestSpec(), None))).Reason);
    }

    private void Put(string name, string json, string ns = "default") => state.Put(
        new ObjectId("", "Pod", new ObjectKey(ns, name)), System.Text.Encoding.UTF8.GetBytes(json), new ManifestPlace("a.yaml", 1, 1, null), static _ => { }).Dispose();

    [Fact]
    public async Task AStatusPatchAndAnExactDelete_AreAsOnAServer()
    {
        Put("a", """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"nodeName":"n"}}""");
        Pod old = (await kube.GetAsync(ResourceTypes.Pods, new ObjectKey("default", "a"), None))!;

        Pod patched = (await kube.PatchStatusAsync(ResourceTypes.Pods, old.Key, """{"status":{"phase":"Running"}}"""u8.ToArray(), None))!;
        SecretsException e = await Assert.ThrowsAsync<SecretsException>(() => kube.DeleteSeenAsync(ResourceTypes.Pods, old, None));

        Assert.Equal(FailureReason.KubernetesConflict, e.Reason);
        Assert.Equal("n", patched.Spec.NodeName);
        Assert.True(await kube.DeleteSeenAsync(ResourceTypes.Pods, patched, None));
        Assert.False(await kube.DeleteSeenAsync(ResourceTypes.Pods, patched, None));
    }
}
