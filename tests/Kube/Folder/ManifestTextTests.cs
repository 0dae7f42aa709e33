using System.Text;
using CsiSecrets.JsonQuery;
using CsiSecrets.Kube;
using CsiSecrets.Kube.Folder;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Tests.Kube.Folder;

public sealed class ManifestTextTests
{
    private static readonly ManifestText Text = new([FolderKind.Of(ResourceTypes.Pods), FolderKind.Of(ResourceTypes.SecretProviderClasses), FolderKind.Of(ResourceTypes.Secrets)]);

    private static (IReadOnlyList<ManifestDocument> Objects, IReadOnlyList<ManifestProblem> Problems) Read(string yaml) =>
        Text.Read("a.yaml", Encoding.UTF8.GetBytes(yaml));

    [Fact]
    public void EveryDocument_AndEveryItemOfAList_IsAnObject()
    {
        (IReadOnlyList<ManifestDocument> objects, IReadOnlyList<ManifestProblem> problems) = Read("""
            apiVersion: v1
            kind: Pod
            metadata: {name: a}
            ---
            apiVersion: v1
            kind: List
            items:
              - {apiVersion: v1, kind: Pod, metadata: {name: b, namespace: shop}}
              - {apiVersion: secrets-store.csi.x-k8s.io/v1alpha1, kind: SecretProviderClass, metadata: {name: c}}
            ---
            """);

        Assert.Empty(problems);
        Assert.Equal(
            [
                (new ObjectId("", "Pod", new ObjectKey("default", "a")), "a.yaml, document 1 (line 1)"),
                (new ObjectId("", "Pod", new ObjectKey("shop", "b")), "a.yaml, document 2 (line 5), item 1"),
                (new ObjectId("secrets-store.csi.x-k8s.io", "SecretProviderClass", new ObjectKey("default", "c")), "a.yaml, document 2 (line 5), item 2"),
            ],
            objects.Select(o => (o.Id, o.Place.ToString())));
    }

    [Theory]
    [InlineData("kind: Pod", "a.yaml, document 1 (line 1): apiVersion: missing or not a text")]
    [InlineData("apiVersion: v1\nkind: [x]", "kind: missing or not a text")]
    [InlineData("apiVersion: apps/v1\nkind: Deployment", "kind: Deployment of apps/v1 does nothing here and is passed over")]
    [InlineData("apiVersion: v1\nkind: Pod", "metadata.name: missing or not a text")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: 7}", "metadata.name: missing or not a text")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: ../x}", "metadata.name: not a name")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: ../x}", "metadata.namespace: not a name")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: {}}", "metadata.namespace: not a name")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: [{name: x, csi: {driver: [marker]}}]}", "Pod default/a: spec.volumes[0].csi.driver: not of the type that this field has")]
    [InlineData("apiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\nmetadata: {name: a}\nspec: {parameters: {objects: [marker]}}", "SecretProviderClass default/a: spec.parameters.objects: not of the type that this field has")]
    [InlineData("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {k: marker*}", "not of the type that this field has")]
    [InlineData("- x", "not a manifest")]
    public void AWrongDocument_IsNamedWithFileDocumentAndField_WithoutAValue(string yaml, string expected)
    {
        ManifestProblem problem = Assert.Single(Read(yaml).Problems);

        Assert.StartsWith("a.yaml, document 1 (line 1): ", problem.ToString(), StringComparison.Ordinal);
        Assert.Contains(expected, problem.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("marker", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TheRest_IsReadBesideAWrongDocument()
    {
        (IReadOnlyList<ManifestDocument> objects, IReadOnlyList<ManifestProblem> problems) = Read("kind: Pod\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n");

        Assert.Single(problems);
        Assert.Equal("a", Assert.Single(objects).Id.Key.Name);
    }

    [Fact]
    public void NoYaml_IsNamedByItsLine() =>
        Assert.Contains("line 2", Assert.Throws<YamlTextException>(() => Read("apiVersion: v1\nkind: [Pod\nmetadata: {}")).Message, StringComparison.Ordinal);
}
