using CsiSecrets.AwsApi;
using CsiSecrets.AwsApi.Credentials;
using CsiSecrets.AwsApi.SecurityToken;
using CsiSecrets.Model;
using CsiSecrets.Model.PeerWords;

namespace CsiSecrets.Providers.Aws;

/// <summary>A pod's own identity at AWS, from what the kubelet handed over for it; a login for each region. The same for classes and stores.</summary>
internal sealed class PodLogins(ClusterAccess cluster, AwsEnvironment environment)
{
    public const string StsAudience = "sts.amazonaws.com";
    public const string PodIdentityAudience = "pods.eks.amazonaws.com";
    public const string RoleAnnotation = "eks.amazonaws.com/role-arn";
    public const string AudienceAnnotation = "eks.amazonaws.com/audience";

    /// <summary>The beginning of a login's key: the mode, the pod's identity, STS, the chain.</summary>
    public AccessKeys KeyOf(string mode, PodIdentity pod, string region, RoleStep[] chain)
    {
        AccessKeys key = new AccessKeys().Add("mode", mode).Add("namespace", pod.Namespace).Add("serviceAccount", pod.ServiceAccount)
            .Add("uid", pod.ServiceAccountUid).Add("region", region)
            .Add("sts", AwsEndpoints.Resolve(AwsService.Sts, region, environment).AbsoluteUri);
        return chain.Aggregate(key, static (k, step) => k.Add(step));
    }

    /// <summary>IRSA where the ServiceAccount names a role, or else Pod Identity where the kubelet hands over its token. What the
    /// ServiceAccount says decides, never that one of them failed.</summary>
    public async Task<Func<string, AwsLogin>> OwnAsync(AccessRequest request, RoleStep[] chain, CancellationToken cancellationToken)
    {
        ServiceAccountFacts facts = await FactsAsync(request, cancellationToken);
        return RoleOf(facts) is null && request.Tokens.Find(PodIdentityAudience) is not null
            ? PodIdentity(request, chain, AgentAddress.Auto)
            : WebIdentity(request, facts, chain);
    }

    public async Task<Func<string, AwsLogin>> WebIdentityAsync(AccessRequest request, RoleStep[] chain, CancellationToken cancellationToken) =>
        WebIdentity(request, await FactsAsync(request, cancellationToken), chain);

    public Func<string, AwsLogin> PodIdentity(AccessRequest request, RoleStep[] chain, AgentAddress address)
    {
        SecretBytes agentToken = TokenOf(request, PodIdentityAudience);
        Uri[] endpoints = address switch
        {
            AgentAddress.IPv4 => [environment.AgentIPv4],
            AgentAddress.IPv6 => [environment.AgentIPv6],
            _ => [environment.AgentIPv4, environment.AgentIPv6],
        };
        PodIdentity pod = request.Pod;
        return region => new PodIdentityLogin
        {
            // These credentials carry the pod in their tags: they are this pod's alone.
            Key = KeyOf("podIdentity", pod, region, chain).Add("pod", pod.PodUid).Add("podName", pod.PodName).Hash(),
            Region = region,
            SessionName = SessionOf(pod),
            Chain = chain,
            Endpoints = endpoints,
            Token = agentToken,
        };
    }

    public static string SessionOf(PodIdentity pod) => SessionNames.Of(pod.Namespace, pod.ServiceAccount);

    /// <summary>The role that a ServiceAccount's annotation names; null when it names none.</summary>
    public static string? RoleOf(ServiceAccountFacts facts) =>
        facts.Annotations.TryGetValue(RoleAnnotation, out string? role) && role.Length > 0 ? role : null;

    private Func<string, AwsLogin> WebIdentity(AccessRequest request, ServiceAccountFacts facts, RoleStep[] chain)
    {
        PodIdentity pod = request.Pod;
        string role = RoleOf(facts) ?? throw new SecretsException(
            FailureReason.RoleMissing, Subject(pod), AwsProviderWords.RoleMissing(pod.ServiceAccount, pod.Namespace),
            $"annotate it with {RoleAnnotation}, or use Pod Identity (in a class: usePodIdentity: \"true\")"
            + (request.NodePublishSecrets.Count > 0 ? "; the Secret of nodePublishSecretRef has no key access_key_id" : ""));
        PodToken? own = facts.Annotations.TryGetValue(AudienceAnnotation, out string? audience) ? request.Tokens.Find(audience) : null;
        SecretBytes token = own?.Value ?? TokenOf(request, StsAudience);
        return region => new WebIdentityLogin
        {
            Key = KeyOf("webIdentity", pod, region, chain).Add("irsaRole", role).Hash(),
            Region = region,
            SessionName = SessionOf(pod),
            Chain = chain,
            RoleArn = role,
            Token = token,
        };
    }

    private async Task<ServiceAccountFacts> FactsAsync(AccessRequest request, CancellationToken cancellationToken)
    {
        PodIdentity pod = request.Pod;
        if (!request.Tokens.Audiences.Any())
        {
            throw NoToken(pod, StsAudience);
        }

        ServiceAccountFacts? facts = await cluster.FindServiceAccount(pod.Namespace, pod.ServiceAccount, request.IdentityMaxAge, cancellationToken);
        return facts is not null && (pod.ServiceAccountUid is not { } uid || uid == facts.Uid) ? facts : throw new SecretsException(
            FailureReason.ServiceAccountNotFound, Subject(pod),
            facts is null ? "the ServiceAccount does not exist" : "the pod runs as a former ServiceAccount of this name, which was deleted",
            facts is null ? "create it in the pod's namespace" : "recreate the pod");
    }

    private static SecretBytes TokenOf(AccessRequest request, string audience) =>
        request.Tokens.Find(audience)?.Value ?? throw NoToken(request.Pod, audience);

    private static SecretsException NoToken(PodIdentity pod, string audience) => new(
        FailureReason.TokenMissing, Subject(pod), AwsProviderWords.TokensMissing, $"add a tokenRequest with audience {audience} to the CSIDriver");

    private static string Subject(PodIdentity pod) => $"ServiceAccount {pod.Namespace}/{pod.ServiceAccount}";
}
