using System.Security.Cryptography;
using System.Text;
using CsiSecrets.Model;
using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Providers.Kubernetes;

/// <summary>From a store and its caller to an identity at a cluster.</summary>
internal sealed class KubernetesLogin(ClusterAccess cluster, SecretReferences secrets, byte[] hashKey)
{
    public async Task<ProviderAccess> OpenAsync(KubernetesSettings settings, StoreCaller caller, CancellationToken cancellationToken)
    {
        if (caller is StoreCaller.Pod)
        {
            throw new SecretsException(
                FailureReason.Unsupported, settings.StoreRef, "the provider kubernetes cannot use a pod's identity", "mount a Secret that the controller keeps in step");
        }

        if (ReferencesOf(settings.Auth).Any(r => r.NamespaceFor(caller) is null))
        {
            return new UnresolvedAccess { Key = $"unresolved:{settings.StoreRef}" };
        }

        var key = new KeyedHash(hashKey);
        ClusterTarget target = settings.Auth is KubernetesAuth.Kubeconfig kubeconfig
            ? await OfKubeconfigAsync(settings, kubeconfig, caller, key, cancellationToken)
            : await OfServerAsync(settings, caller, key, cancellationToken);
        return new KubernetesAccess(cluster.Connect(target), target.Server, settings.RemoteNamespace) { Key = $"{target.Key}/{settings.RemoteNamespace}" };
    }

    private static ObjectReference[] ReferencesOf(KubernetesAuth auth) => auth switch
    {
        KubernetesAuth.Certificate pair => [pair.ClientCert, pair.ClientKey],
        KubernetesAuth.Token token => [token.Bearer],
        KubernetesAuth.ServiceAccount account => [account.Reference],
        KubernetesAuth.Kubeconfig kubeconfig => [kubeconfig.Reference],
        _ => [],
    };

    private async Task<ClusterTarget> OfServerAsync(
        KubernetesSettings settings, StoreCaller caller, KeyedHash key, CancellationToken cancellationToken)
    {
        string? authorities = await AuthoritiesAsync(settings, caller, cancellationToken);
        key.Add("server", settings.Server.AbsoluteUri).Add("ca", authorities ?? "");
        Task<SecretBytes> Get(ObjectReference reference) =>
            secrets.GetAsync(reference, reference.NamespaceFor(caller)!, settings.StoreRef, cancellationToken);
        Func<CancellationToken, Task<PodToken>>? token = null;
        (SecretBytes, SecretBytes)? certificate = null;
        switch (settings.Auth)
        {
            case KubernetesAuth.Token bearer:
                SecretBytes value = await Get(bearer.Bearer);
                key.Add("token", value);
                token = _ => Task.FromResult(new PodToken(value.Share(), DateTimeOffset.MaxValue));
                break;
            case KubernetesAuth.Certificate pair:
                certificate = (await Get(pair.ClientCert), await Get(pair.ClientKey));
                key.Add("certificate", certificate.Value.Item1).Add("key", certificate.Value.Item2);
                break;
            case KubernetesAuth.ServiceAccount account:
                (string ns, string name) = (account.Reference.NamespaceFor(caller)!, account.Reference.Name);
                key.Add("namespace", ns).Add("serviceAccount", name).Add("audiences", string.Join('\n', account.Audiences));
                token = async ct => await cluster.CreateToken(ns, name, account.Audiences, ct)
                    ?? throw account.Reference.Missing(settings.StoreRef, "ServiceAccount", ns);
                break;
        }

        return new ClusterTarget { Key = key.Text(), Server = settings.Server, Authorities = authorities, Token = token, Certificate = certificate };
    }

    private async Task<ClusterTarget> OfKubeconfigAsync(
        KubernetesSettings settings, KubernetesAuth.Kubeconfig auth, StoreCaller caller, KeyedHash key, CancellationToken cancellationToken)
    {
        string ns = auth.Reference.NamespaceFor(caller)!;
        using SecretBytes content = await secrets.GetAsync(auth.Reference, ns, settings.StoreRef, cancellationToken);
        Kubeconfig read = Kubeconfig.Read($"{settings.StoreRef}: {auth.Reference.Path}: Secret {ns}/{auth.Reference.Name}: {auth.Reference.Key}", content);
        KubeconfigUser user = read.User;
        return new ClusterTarget
        {
            Key = key.Add("kubeconfig", content).Text(),
            Server = read.Server,
            Authorities = read.Authorities,
            Insecure = read.Insecure,
            ServerName = read.ServerName,
            Token = user.Token is { } token ? _ => Task.FromResult(new PodToken(SecretBytes.FromText(token), DateTimeOffset.MaxValue)) : null,
            Certificate = user is { Certificate: { } certificate, Key: { } pem } ? (SecretBytes.FromText(certificate), SecretBytes.FromText(pem)) : null,
        };
    }

    private async Task<string?> AuthoritiesAsync(KubernetesSettings settings, StoreCaller caller, CancellationToken cancellationToken)
    {
        if (settings.CaBundle is not null || settings.CaProvider is not { } source)
        {
            return settings.CaBundle;
        }

        string ns = source.Reference.NamespaceFor(caller) ?? "";
        if (source.IsConfigMap)
        {
            return await cluster.FindConfigMapKey(ns, source.Reference.Name, source.Reference.Key, cancellationToken)
                ?? throw source.Reference.Missing(settings.StoreRef, "ConfigMap", ns);
        }

        using SecretBytes pem = await secrets.GetAsync(source.Reference, ns, settings.StoreRef, cancellationToken);
        return Encoding.UTF8.GetString(pem.Span);
    }

    /// <summary>A hash of named parts that reveals none of them.</summary>
    private sealed class KeyedHash(byte[] hashKey)
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, hashKey);

        public KeyedHash Add(string name, string value)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name.Length}:{name}{value.Length}:{value}"));
            return this;
        }

        public KeyedHash Add(string name, SecretBytes value)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name.Length}:{name}{value.Length}:"));
            hash.AppendData(value.Span);
            return this;
        }

        public string Text() => Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
