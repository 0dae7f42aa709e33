using CsiSecrets.Tests.Cluster.Mirrors;
using k8s;
using k8s.Models;

namespace CsiSecrets.Tests.Cluster.Install;

/// <summary>A node's ServiceAccount reads and writes no Secret, wherever: asked of the API server, and tried.</summary>
public sealed class NodeSecretRightsTests(ClusterUnderTest cluster) : IClassFixture<ClusterUnderTest>
{
    private const string Account = "system:serviceaccount:kube-system:secrets-store-csi-driver";
    private static readonly string[] Verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NodeAccount_EveryVerbOnSecrets_IsDeniedInEveryNamespaceAndOverAll()
    {
        await using MirrorTenant tenant = await MirroredAsync("node-rights");
        V1NamespaceList namespaces = await cluster.Client.CoreV1.ListNamespaceAsync(cancellationToken: Token);
        string[] names = ["", .. namespaces.Items.Select(static n => n.Metadata.Name)]; // empty: over all namespaces
        Assert.Contains("kube-system", names);
        Assert.Contains("default", names);

        foreach ((string ns, string verb) in names.SelectMany(static _ => Verbs, static (ns, verb) => (ns, verb)))
        {
            Assert.False(await IsAllowedAsync(Account, ns, verb), $"{verb} secrets in namespace '{ns}'");
        }

        Assert.True(await IsAllowedAsync("system:serviceaccount:external-secrets:external-secrets", "node-rights", "get")); // the question is a real one
    }

    [Fact]
    public async Task NodeAccount_TryingOnAMirroredSecret_IsForbiddenAndChangesNothing()
    {
        await using MirrorTenant tenant = await MirroredAsync("node-tries");
        string version = (await tenant.SecretAsync("foosecret")).Metadata.ResourceVersion;

        foreach (string command in (string[])
            ["get secret foosecret", "get secrets", "create secret generic made --from-literal=a=b", "label secret foosecret a=b", "delete secret foosecret"])
        {
            (int code, string output, string errors) = await Shell.TryAsync("kubectl", [.. command.Split(' '), "-n", "node-tries", "--as", Account], Token);

            Assert.Equal((command, 1, ""), (command, code, output));
            Assert.Contains("Forbidden", errors, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal(version, (await tenant.FindAsync("foosecret", Token))!.Metadata.ResourceVersion);
        Assert.Null(await tenant.FindAsync("made", Token));
    }

    /// <summary>A namespace with a Secret that the controller made.</summary>
    private async Task<MirrorTenant> MirroredAsync(string ns)
    {
        MirrorTenant tenant = await MirrorTenant.CreateAsync(cluster, ns, Token);
        await tenant.Tenant.Aws.SecretAsync($"{ns}/foo", "secret", Token);
        await tenant.ClassAsync(
            "pod",
            $"- {{objectName: {ns}/foo, objectType: secretsmanager, objectAlias: foo}}",
            "- {secretName: foosecret, type: Opaque, data: [{objectName: foo, key: username}]}");
        await tenant.Tenant.PodAsync("pod");
        await tenant.OwnedAsync("foosecret", $"SecretProviderClassPodStatus pod-{ns}-pod");
        return tenant;
    }

    private async Task<bool> IsAllowedAsync(string user, string ns, string verb)
    {
        string[] account = user.Split(':');
        V1SubjectAccessReview answer = await cluster.Client.AuthorizationV1.CreateSubjectAccessReviewAsync(
            new V1SubjectAccessReview
            {
                Spec = new V1SubjectAccessReviewSpec
                {
                    User = user,
                    Groups = ["system:serviceaccounts", $"system:serviceaccounts:{account[2]}", "system:authenticated"],
                    ResourceAttributes = new V1ResourceAttributes { NamespaceProperty = ns, Verb = verb, Version = "v1", Resource = "secrets" },
                },
            },
            cancellationToken: Token);
        return answer.Status.Allowed;
    }
}
