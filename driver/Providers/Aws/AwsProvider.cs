using CsiSecrets.AwsApi;
using CsiSecrets.Model;
using CsiSecrets.Providers.Objects;

namespace CsiSecrets.Providers.Aws;

/// <summary>AWS Secrets Manager and SSM Parameter Store, with all that the peer's provider reads and what its users asked for.</summary>
internal sealed class AwsProvider : ISecretProvider
{
    private readonly AwsClassReader reader;
    private readonly AwsAuth auth;
    private readonly AwsFetch fetch;
    private readonly AwsListing listing;

    public AwsProvider(AwsClients clients, ClusterAccess cluster, AwsProviderOptions options)
    {
        reader = new AwsClassReader(clients.Environment.Region);
        auth = new AwsAuth(cluster, clients.Environment, options);
        fetch = new AwsFetch(clients, AwsFailures.ResultOf);
        listing = new AwsListing(clients);
    }

    public string Name => "aws";

    public ClassPlan ReadClass(ClassParameters parameters) => reader.Read(parameters);

    public IReadOnlyList<string> AudiencesOf(ClassPlan plan, bool ofPod) => (((AwsClassPlan)plan).Settings.AuthMode, ofPod) switch
    {
        (AwsAuthMode.Node, _) => [],
        (AwsAuthMode.PodIdentity, true) => [PodLogins.PodIdentityAudience],
        (AwsAuthMode.PodIdentity, false) => throw new SecretsException(
            FailureReason.Unsupported,
            $"SecretProviderClass {plan.ClassRef}: parameters.usePodIdentity",
            "EKS Pod Identity takes only tokens that are bound to a pod, and this class is synced without one",
            "annotate the ServiceAccount with a role (eks.amazonaws.com/role-arn) and take usePodIdentity away"),
        (_, true) => [PodLogins.StsAudience, PodLogins.PodIdentityAudience],
        _ => [PodLogins.StsAudience],
    };

    public async Task<ProviderAccess> OpenAsync(ClassPlan plan, AccessRequest request, CancellationToken cancellationToken) =>
        await auth.OpenAsync((AwsClassPlan)plan, request, cancellationToken);

    public Task<IReadOnlyList<PlannedObject>> ListAsync(
        ProviderAccess access, ClassPlan plan, PlannedSelection selection, CancellationToken cancellationToken) =>
        listing.ListAsync((AwsAccess)access, (AwsClassPlan)plan, (AwsPlannedSelection)selection, cancellationToken);

    public Task<IReadOnlyList<FetchResult>> FetchAsync(
        ProviderAccess access, IReadOnlyList<FetchItem> items, CancellationToken cancellationToken) =>
        fetch.FetchAsync((AwsAccess)access, items, cancellationToken);

    public IReadOnlyList<ShapedFile> Shape(ClassPlan plan, PlannedObject planned, string version, SecretBytes content) =>
        FileShaper.Shape((ShapedObject)planned, plan.ClassRef, AwsVersion.Shown(version), content);
}
