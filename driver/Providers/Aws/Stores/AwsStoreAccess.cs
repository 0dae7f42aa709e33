using System.Text;
using CsiSecrets.AwsApi;
using CsiSecrets.AwsApi.Credentials;
using CsiSecrets.AwsApi.SecurityToken;
using CsiSecrets.Model;
using CsiSecrets.Model.PeerWords;
using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Providers.Aws.Stores;

/// <summary>From a store and who uses it to an identity at AWS. For a pod's volume the pod's own identity stands where <c>auth</c> stands for the
/// controller; the store's role chain goes on top of either.</summary>
internal sealed class AwsStoreAccess(ClusterAccess cluster, SecretReferences secrets, AwsEnvironment environment, AwsProviderOptions options)
{
    /// <summary>The session that CloudTrail shows for the controller: the peer's, which its users filter for.</summary>
    public const string SessionName = "external-secrets-provider-aws";
    private static readonly TimeSpan IdentityMaxAge = TimeSpan.FromSeconds(60);
    private readonly PodLogins pods = new(cluster, environment);

    public async Task<ProviderAccess> OpenAsync(AwsStorePlan plan, StoreCaller caller, CancellationToken cancellationToken)
    {
        RoleStep[] chain = plan.ChainFor(caller.Namespace).Steps();
        (AwsLogin Login, string Who)? opened;
        try
        {
            opened = caller is StoreCaller.Pod pod
                ? await OfPodAsync(plan, pod.Request, chain, cancellationToken)
                : plan.Auth switch
                {
                    AwsStoreAuth.Keys keys => await OfKeysAsync(plan, keys, caller, chain, cancellationToken),
                    AwsStoreAuth.ServiceAccount account => await OfServiceAccountAsync(plan, account, caller, chain, cancellationToken),
                    _ => OfController(plan, chain),
                };
        }
        catch (SecretsException e) when (!e.Subject.StartsWith(plan.StoreRef, StringComparison.Ordinal))
        {
            throw new SecretsException(e.Reason, $"{plan.StoreRef}: {e.Subject}", e.Cause, e.Remedy, e);
        }

        if (opened is not var (login, who))
        {
            return new UnresolvedAccess { Key = $"unresolved:{plan.StoreRef}" };
        }

        string key = new AccessKeys().Add("store login", login.Key).Add("region", plan.Region)
            .Add("sm", AwsEndpoints.Resolve(AwsService.SecretsManager, plan.Region, environment).AbsoluteUri)
            .Add("ssm", AwsEndpoints.Resolve(AwsService.Ssm, plan.Region, environment).AbsoluteUri)
            .Hash();
        return new AwsAccess
        {
            Key = key,
            Primary = new AwsRegionAccess(plan.Region, login),
            Who = chain.Length > 0 ? $"role {chain[^1].RoleArn}" : who,
            Retry = plan.Retry,
        };
    }

    private async Task<(AwsLogin Login, string Who)?> OfPodAsync(
        AwsStorePlan plan, AccessRequest request, RoleStep[] chain, CancellationToken cancellationToken)
    {
        if (options.OwnCredentials)
        {
            return OfController(plan, chain);
        }

        Func<string, AwsLogin> login = await pods.OwnAsync(request, chain, cancellationToken);
        return (login(plan.Region), $"the role of service account {request.Pod.ServiceAccount} (namespace: {request.Pod.Namespace})");
    }

    private (AwsLogin Login, string Who)? OfController(AwsStorePlan plan, RoleStep[] chain)
    {
        var login = new NodeLogin
        {
            Key = KeyOf("store-own", plan, chain).Hash(),
            Region = plan.Region,
            SessionName = SessionName,
            Chain = chain,
        };
        return (login, "the controller's own identity");
    }

    private async Task<(AwsLogin Login, string Who)?> OfKeysAsync(
        AwsStorePlan plan, AwsStoreAuth.Keys keys, StoreCaller caller, RoleStep[] chain, CancellationToken cancellationToken)
    {
        ObjectReference[] references = [keys.AccessKeyId, keys.SecretAccessKey, .. keys.SessionToken is { } token ? (ObjectReference[])[token] : []];
        if (references.Any(r => r.NamespaceFor(caller) is null))
        {
            return null;
        }

        var values = new SecretBytes[references.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = await secrets.GetAsync(references[i], references[i].NamespaceFor(caller)!, plan.StoreRef, cancellationToken);
        }

        using SecretBytes id = values[0];
        var found = new StaticKeys
        {
            AccessKeyId = Encoding.UTF8.GetString(id.Span.Trim(" \t\r\n"u8)),
            SecretKey = values[1],
            SessionToken = values.ElementAtOrDefault(2),
        };
        var login = new StaticLogin
        {
            Key = KeyOf("store-keys", plan, chain).Add("keys", found.Hash(options.HashKey)).Hash(),
            Region = plan.Region,
            SessionName = SessionName,
            Chain = chain,
            AccessKeyId = found.AccessKeyId,
            SecretKey = found.SecretKey,
            SessionToken = found.SessionToken,
        };
        return (login, $"the access key of Secret {keys.SecretAccessKey.NamespaceFor(caller)}/{keys.SecretAccessKey.Name}");
    }

    private async Task<(AwsLogin Login, string Who)?> OfServiceAccountAsync(
        AwsStorePlan plan, AwsStoreAuth.ServiceAccount account, StoreCaller caller, RoleStep[] chain, CancellationToken cancellationToken)
    {
        if (account.Reference.NamespaceFor(caller) is not { } ns)
        {
            return null;
        }

        string name = account.Reference.Name;
        ServiceAccountFacts facts = await cluster.FindServiceAccount(ns, name, IdentityMaxAge, cancellationToken)
            ?? throw account.Reference.Missing(plan.StoreRef, "ServiceAccount", ns);
        string role = PodLogins.RoleOf(facts) ?? throw new SecretsException(
            FailureReason.RoleMissing, $"{plan.StoreRef}: {account.Reference.Path}", AwsProviderWords.RoleMissing(name, ns),
            $"annotate it with {PodLogins.RoleAnnotation}");
        string sts = facts.Annotations.TryGetValue(PodLogins.AudienceAnnotation, out string? own) && own.Length > 0 ? own : PodLogins.StsAudience;
        string[] audiences = [sts, .. account.Audiences];
        AccessKeys key = KeyOf("store-serviceAccount", plan, chain).Add("namespace", ns).Add("serviceAccount", name).Add("uid", facts.Uid).Add("irsaRole", role);
        var login = new RequestedTokenLogin
        {
            Key = audiences.Aggregate(key, static (k, audience) => k.Add("audience", audience)).Hash(),
            Region = plan.Region,
            SessionName = SessionName,
            Chain = chain,
            RoleArn = role,
            RequestToken = async token => (await cluster.CreateToken(ns, name, audiences, token)
                ?? throw account.Reference.Missing(plan.StoreRef, "ServiceAccount", ns)).Value,
        };
        return (login, $"the role of service account {name} (namespace: {ns})");
    }

    private AccessKeys KeyOf(string mode, AwsStorePlan plan, RoleStep[] chain)
    {
        AccessKeys key = new AccessKeys().Add("mode", mode).Add("region", plan.Region)
            .Add("sts", AwsEndpoints.Resolve(AwsService.Sts, plan.Region, environment).AbsoluteUri);
        return chain.Aggregate(key, static (k, step) => k.Add(step));
    }
}
