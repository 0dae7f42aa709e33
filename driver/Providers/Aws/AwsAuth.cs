using CsiSecrets.AwsApi;
using CsiSecrets.AwsApi.Credentials;
using CsiSecrets.AwsApi.SecurityToken;
using CsiSecrets.Model;
using CsiSecrets.Model.PeerWords;
using CsiSecrets.Providers.Objects;

namespace CsiSecrets.Providers.Aws;

/// <summary>From a class and a pod to an identity at AWS. Never falls back from one kind of credentials to another.</summary>
internal sealed class AwsAuth(ClusterAccess cluster, AwsEnvironment environment, AwsProviderOptions options)
{
    private readonly PodLogins pods = new(cluster, environment);

    public async Task<AwsAccess> OpenAsync(AwsClassPlan plan, AccessRequest request, CancellationToken cancellationToken)
    {
        string region = await RegionOfAsync(plan, cancellationToken);
        CheckRegions(plan, region);
        Func<string, AwsLogin> login = await LoginAsync(plan, request, cancellationToken);
        string? failover = plan.Settings.FailoverRegion;
        var primary = new AwsRegionAccess(region, login(region));
        AwsRegionAccess? second = failover is null ? null : new AwsRegionAccess(failover, login(failover));
        var key = new AccessKeys().Add("login", primary.Login.Key).Add("failover", second?.Login.Key);
        foreach (AwsRegionAccess one in second is null ? [primary] : new[] { primary, second })
        {
            key.Add("region", one.Region)
                .Add("sm", AwsEndpoints.Resolve(AwsService.SecretsManager, one.Region, environment).AbsoluteUri)
                .Add("ssm", AwsEndpoints.Resolve(AwsService.Ssm, one.Region, environment).AbsoluteUri);
        }

        return new AwsAccess
        {
            Key = key.Hash(),
            Primary = primary,
            Failover = second,
            Who = $"service account {request.Pod.ServiceAccount} (namespace: {request.Pod.Namespace})",
        };
    }

    private async Task<string> RegionOfAsync(AwsClassPlan plan, CancellationToken cancellationToken) =>
        plan.Settings.Region ?? environment.Region ?? await cluster.NodeRegion(cancellationToken)
        ?? throw new SecretsException(
            FailureReason.RegionMissing,
            $"SecretProviderClass {plan.ClassRef}: parameters.region",
            AwsProviderWords.RegionMissing,
            "set region in the class, AWS_REGION for the driver, or the label topology.kubernetes.io/region on the node");

    /// <summary>The rules that could not run before the region was known.</summary>
    private static void CheckRegions(AwsClassPlan plan, string region)
    {
        var errors = new FieldErrors();
        AwsRegions.Check([], region, plan.Settings.FailoverRegion, errors);
        foreach (PlannedObject planned in plan.Objects)
        {
            AwsRegions.Check((AwsObjectRequest)planned.Request, $"object {planned.Request.Name}", region, plan.Settings.FailoverRegion, errors);
        }

        errors.ThrowIfAny(plan.ClassRef);
    }

    private Task<Func<string, AwsLogin>> LoginAsync(AwsClassPlan plan, AccessRequest request, CancellationToken cancellationToken)
    {
        RoleStep[] chain = plan.Settings.Chain.Steps();
        AwsAuthMode mode = options.OwnCredentials && request.NodePublishSecrets.Count == 0 ? AwsAuthMode.Node : plan.Settings.AuthMode;
        switch (mode)
        {
            case AwsAuthMode.Node:
                RefuseNodeUnlessAllowed(plan, request.Pod);
                return Task.FromResult<Func<string, AwsLogin>>(region => new NodeLogin
                {
                    Key = pods.KeyOf("node", request.Pod, region, chain).Hash(),
                    Region = region,
                    SessionName = PodLogins.SessionOf(request.Pod),
                    Chain = chain,
                });
            case AwsAuthMode.PodIdentity:
                return Task.FromResult(pods.PodIdentity(request, chain, plan.Settings.AgentAddress));
        }

        return StaticKeys.Find(request.NodePublishSecrets, plan.ClassRef) is { } keys
            ? Task.FromResult(Static(keys, request.Pod, chain))
            : pods.WebIdentityAsync(request, chain, cancellationToken);
    }

    private Func<string, AwsLogin> Static(StaticKeys keys, PodIdentity pod, RoleStep[] chain)
    {
        string hash = keys.Hash(options.HashKey);
        return region => new StaticLogin
        {
            Key = pods.KeyOf("static", pod, region, chain).Add("keys", hash).Hash(),
            Region = region,
            SessionName = PodLogins.SessionOf(pod),
            Chain = chain,
            AccessKeyId = keys.AccessKeyId,
            SecretKey = keys.SecretKey,
            SessionToken = keys.SessionToken,
        };
    }

    private void RefuseNodeUnlessAllowed(AwsClassPlan plan, PodIdentity pod)
    {
        if (options.OwnCredentials)
        {
            return;
        }

        if (!options.AllowNodeCredentials || !options.NodeCredentialNamespaces.Contains(pod.Namespace))
        {
            throw new SecretsException(
                FailureReason.NodeCredentialsRefused,
                $"SecretProviderClass {plan.ClassRef}: parameters.useNodeCredentials",
                $"pods of namespace {pod.Namespace} may not use the driver's own AWS credentials",
                "use IRSA or Pod Identity, or have an administrator allow this namespace (--allow-node-credentials)");
        }
    }
}
