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
    public const string StsAudience = "sts.amazonaws.com";
    public const string PodIdentityAudience = "pods.eks.amazonaws.com";
    private const string RoleAnnotation = "eks.amazonaws.com/role-arn";
    private const string AudienceAnnotation = "eks.amazonaws.com/audience";

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

    private async Task<Func<string, AwsLogin>> LoginAsync(AwsClassPlan plan, AccessRequest request, CancellationToken cancellationToken)
    {
        PodIdentity pod = request.Pod;
        RoleStep[] chain = ChainOf(plan.Settings);
        string session = SessionNames.Of(pod.Namespace, pod.ServiceAccount);
        AccessKeys Key(string mode, string region)
        {
            AccessKeys key = new AccessKeys().Add("mode", mode).Add("namespace", pod.Namespace).Add("serviceAccount", pod.ServiceAccount)
                .Add("uid", pod.ServiceAccountUid).Add("region", region)
                .Add("sts", AwsEndpoints.Resolve(AwsService.Sts, region, environment).AbsoluteUri);
            return chain.Aggregate(key, static (k, step) => k.Add(step));
        }

        AwsAuthMode mode = options.OwnCredentials && request.NodePublishSecrets.Count == 0 ? AwsAuthMode.Node : plan.Settings.AuthMode;
        switch (mode)
        {
            case AwsAuthMode.Node:
                RefuseNodeUnlessAllowed(plan, pod);
                return region => new NodeLogin { Key = Key("node", region).Hash(), Region = region, SessionName = session, Chain = chain };
            case AwsAuthMode.PodIdentity:
                SecretBytes agentToken = TokenOf(request, PodIdentityAudience);
                Uri[] endpoints = plan.Settings.AgentAddress switch
                {
                    AgentAddress.IPv4 => [environment.AgentIPv4],
                    AgentAddress.IPv6 => [environment.AgentIPv6],
                    _ => [environment.AgentIPv4, environment.AgentIPv6],
                };
                return region => new PodIdentityLogin
                {
                    // These credentials carry the pod in their tags: they are this pod's alone.
                    Key = Key("podIdentity", region).Add("pod", pod.PodUid).Add("podName", pod.PodName).Hash(),
                    Region = region,
                    SessionName = session,
                    Chain = chain,
                    Endpoints = endpoints,
                    Token = agentToken,
                };
        }

        if (StaticKeys.Find(request.NodePublishSecrets, plan.ClassRef) is { } keys)
        {
            string hash = keys.Hash(options.HashKey);
            return region => new StaticLogin
            {
                Key = Key("static", region).Add("keys", hash).Hash(),
                Region = region,
                SessionName = session,
                Chain = chain,
                AccessKeyId = keys.AccessKeyId,
                SecretKey = keys.SecretKey,
                SessionToken = keys.SessionToken,
            };
        }

        (string role, SecretBytes token) = await RoleOfAsync(request, cancellationToken);
        return region => new WebIdentityLogin
        {
            Key = Key("webIdentity", region).Add("irsaRole", role).Hash(),
            Region = region,
            SessionName = session,
            Chain = chain,
            RoleArn = role,
            Token = token,
        };
    }

    private static RoleStep[] ChainOf(AwsSettings settings) =>
    [
        .. settings.AdditionalRoles.Select(r => new RoleStep(r, null, [], [])),
        .. settings.Role is { } last ? (RoleStep[])[new(last, settings.ExternalId, settings.SessionTags, settings.TransitiveTagKeys)] : [],
    ];

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

    private async Task<(string Role, SecretBytes Token)> RoleOfAsync(AccessRequest request, CancellationToken cancellationToken)
    {
        PodIdentity pod = request.Pod;
        string subject = $"ServiceAccount {pod.Namespace}/{pod.ServiceAccount}";
        if (!request.Tokens.Audiences.Any())
        {
            throw NoToken(subject, StsAudience);
        }

        ServiceAccountFacts? facts = await cluster.FindServiceAccount(pod.Namespace, pod.ServiceAccount, request.IdentityMaxAge, cancellationToken);
        if (facts is null || (pod.ServiceAccountUid is { } uid && uid != facts.Uid))
        {
            throw new SecretsException(
                FailureReason.ServiceAccountNotFound, subject,
                facts is null ? "the ServiceAccount does not exist" : "the pod runs as a former ServiceAccount of this name, which was deleted",
                facts is null ? "" : "recreate the pod");
        }

        if (!facts.Annotations.TryGetValue(RoleAnnotation, out string? role) || role.Length == 0)
        {
            throw new SecretsException(
                FailureReason.RoleMissing, subject, AwsProviderWords.RoleMissing(pod.ServiceAccount, pod.Namespace),
                $"annotate it with {RoleAnnotation}, or set usePodIdentity: \"true\""
                + (request.NodePublishSecrets.Count > 0 ? "; the Secret of nodePublishSecretRef has no key access_key_id" : ""));
        }

        PodToken? own = facts.Annotations.TryGetValue(AudienceAnnotation, out string? audience) ? request.Tokens.Find(audience) : null;
        return (role, own?.Value ?? TokenOf(request, StsAudience));
    }

    private static SecretBytes TokenOf(AccessRequest request, string audience) =>
        request.Tokens.Find(audience)?.Value
        ?? throw NoToken($"ServiceAccount {request.Pod.Namespace}/{request.Pod.ServiceAccount}", audience);

    private static SecretsException NoToken(string subject, string audience) => new(
        FailureReason.TokenMissing, subject, AwsProviderWords.TokensMissing, $"add a tokenRequest with audience {audience} to the CSIDriver");
}
