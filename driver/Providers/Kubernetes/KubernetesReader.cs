using System.Text;
using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Providers.Kubernetes;

/// <summary>Reads <c>spec.provider.kubernetes</c>. Pure.</summary>
internal static class KubernetesReader
{
    private const string DefaultServer = "kubernetes.default";
    private static readonly string[] Modes = ["token", "serviceAccount", "cert"];

    public static KubernetesSettings Read(StoreSource store)
    {
        var fields = StoreFields.Of(store, "kubernetes");
        StoreFields? server = fields.Object("server");
        KubernetesSettings settings = new()
        {
            StoreRef = store.Identity.ToString(),
            Server = ReadServer(server),
            CaBundle = ReadBundle(server),
            CaProvider = ReadProvider(server, store.Identity),
            Auth = ReadAuth(fields, store.Identity),
            RemoteNamespace = fields.Text("remoteNamespace") ?? "default",
        };
        fields.ThrowIfAny(store.Identity);
        return settings;
    }

    private static Uri ReadServer(StoreFields? server)
    {
        string url = server?.Text("url") ?? DefaultServer;
        string full = url.Contains("://", StringComparison.Ordinal) ? url : $"https://{url}";
        if (Uri.TryCreate(full, UriKind.Absolute, out Uri? address) && address.Scheme is "https" or "http" && address.UserInfo.Length == 0)
        {
            return address;
        }

        server?.Error("url", "must be the address of an API server: https://HOST:PORT");
        return new Uri($"https://{DefaultServer}");
    }

    private static string? ReadBundle(StoreFields? server)
    {
        if (server?.Text("caBundle") is not { } base64)
        {
            return null;
        }

        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(base64));
        }
        catch (FormatException)
        {
            server.Error("caBundle", "must be base64 of PEM certificates");
            return null;
        }
    }

    private static AuthoritySource? ReadProvider(StoreFields? server, StoreIdentity store)
    {
        if (server?.Object("caProvider") is not { } provider || ObjectReference.Read(server, "caProvider", store) is not { } reference)
        {
            return null;
        }

        string type = provider.Required("type");
        if (type is not ("Secret" or "ConfigMap" or ""))
        {
            provider.Error("type", "must be Secret or ConfigMap");
        }

        if (store.IsClusterWide && reference.Namespace is null)
        {
            provider.Error("namespace", "must be set in a ClusterSecretStore");
        }

        return new AuthoritySource(type == "ConfigMap", reference);
    }

    private static KubernetesAuth ReadAuth(StoreFields fields, StoreIdentity store)
    {
        StoreFields? auth = fields.Object("auth");
        string[] given = [.. Modes.Where(m => auth?.Has(m) == true)];
        if (ObjectReference.Read(fields, "authRef", store) is { } kubeconfig)
        {
            return new KubernetesAuth.Kubeconfig(kubeconfig);
        }

        if (auth is null)
        {
            return new KubernetesAuth.Nobody();
        }

        if (given.Length != 1)
        {
            fields.Error("auth", "must have exactly one of cert, token and serviceAccount");
            return new KubernetesAuth.Nobody();
        }

        KubernetesAuth? read = given[0] switch
        {
            "token" => auth.Object("token") is { } token && Reference(token, "bearerToken", store) is { } bearer ? new KubernetesAuth.Token(bearer) : null,
            "serviceAccount" => ObjectReference.Read(auth, "serviceAccount", store, hasKey: false) is { } account
                ? new KubernetesAuth.ServiceAccount(account, auth.Object("serviceAccount")!.Texts("audiences"))
                : null,
            _ => auth.Object("cert") is { } pair && Reference(pair, "clientCert", store) is { } cert && Reference(pair, "clientKey", store) is { } key
                ? new KubernetesAuth.Certificate(cert, key)
                : null,
        };
        return read ?? new KubernetesAuth.Nobody();
    }

    private static ObjectReference? Reference(StoreFields parent, string field, StoreIdentity store)
    {
        ObjectReference? read = ObjectReference.Read(parent, field, store);
        if (read is null)
        {
            parent.Error(field, "must be set");
        }

        return read;
    }
}
