using CsiSecrets.AwsApi;
using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Providers.Aws.Stores;

/// <summary>Reads <c>spec.provider.aws</c>. Pure.</summary>
internal static class AwsStoreReader
{
    private const int DefaultAttempts = 3;
    private const int MostAttempts = 20;
    private static readonly string[] ReservedTags = [AwsStorePlan.NamespaceTag, "esoStoreName", "esoStoreKind"];

    public static AwsStorePlan Read(StoreSource store)
    {
        var fields = StoreFields.Of(store, "aws");
        (RoleChain chain, bool tagsNameTheCaller) = ReadChain(fields, store.Identity);
        chain.CheckRoles(fields.Error);
        AwsStorePlan plan = new()
        {
            StoreRef = store.Identity.ToString(),
            Service = ReadService(fields),
            Region = ReadRegion(fields),
            Auth = ReadAuth(fields, store.Identity),
            Chain = chain,
            TagsNameTheCaller = tagsNameTheCaller,
            Prefix = fields.Text("prefix") ?? "",
            Retry = ReadRetry(store),
        };
        CheckDeletion(fields);
        fields.ThrowIfAny(store.Identity);
        return plan;
    }

    private static AwsStore ReadService(StoreFields fields)
    {
        string service = fields.Required("service");
        switch (service)
        {
            case "SecretsManager" or "":
                return AwsStore.SecretsManager;
            case "ParameterStore":
                return AwsStore.ParameterStore;
            case "CertificateManager":
                fields.Error("service", "this version does not have CertificateManager: it has SecretsManager and ParameterStore");
                break;
            default:
                fields.Error("service", $"unknown AWS Provider Service: {service}: must be SecretsManager or ParameterStore");
                break;
        }

        return AwsStore.SecretsManager;
    }

    private static string ReadRegion(StoreFields fields)
    {
        string region = fields.Required("region");
        if (region.Length > 0 && !AwsEndpoints.IsRegion(region))
        {
            fields.Error("region", $"region not found: {region}: it is written like eu-central-1");
        }

        return region;
    }

    /// <summary>As in the peer, a ServiceAccount comes before keys.</summary>
    private static AwsStoreAuth ReadAuth(StoreFields fields, StoreIdentity store)
    {
        StoreFields? auth = fields.Object("auth");
        if (auth?.Object("jwt") is { } jwt)
        {
            ObjectReference? account = ObjectReference.Read(jwt, "serviceAccountRef", store, hasKey: false);
            if (account is null)
            {
                jwt.Error("serviceAccountRef", "must be set");
            }

            return account is null
                ? new AwsStoreAuth.Own()
                : new AwsStoreAuth.ServiceAccount(account, jwt.Object("serviceAccountRef")!.Texts("audiences"));
        }

        if (auth?.Object("secretRef") is { } keys)
        {
            ObjectReference? id = ObjectReference.Read(keys, "accessKeyIDSecretRef", store);
            ObjectReference? secret = ObjectReference.Read(keys, "secretAccessKeySecretRef", store);
            ObjectReference? token = ObjectReference.Read(keys, "sessionTokenSecretRef", store);
            if (id is not null && secret is not null)
            {
                return new AwsStoreAuth.Keys(id, secret, token);
            }

            keys.Error(id is null ? "accessKeyIDSecretRef" : "secretAccessKeySecretRef", "must be set");
        }

        return new AwsStoreAuth.Own();
    }

    private static (RoleChain Chain, bool TagsNameTheCaller) ReadChain(StoreFields fields, StoreIdentity store)
    {
        string policy = fields.Text("sessionTagsPolicy") ?? "None";
        KeyValuePair<string, string>[] own = [.. fields.Objects("sessionTags").Select(t => KeyValuePair.Create(t.Required("key"), t.Text("value") ?? ""))];
        KeyValuePair<string, string>[] custom = [.. fields.Map("customSessionTags")];
        foreach ((string key, _) in custom.Where(t => ReservedTags.Contains(t.Key)))
        {
            fields.Error($"customSessionTags.{key}", $"is reserved, as are {string.Join(", ", ReservedTags)}");
        }

        KeyValuePair<string, string>[] named =
            [new(ReservedTags[1], store.Name), new(ReservedTags[2], store.IsClusterWide ? "ClusterSecretStore" : "SecretStore")];
        if (policy is not ("None" or "Simple" or "Custom"))
        {
            fields.Error("sessionTagsPolicy", "must be None, Simple or Custom");
        }

        var chain = new RoleChain
        {
            AdditionalRoles = fields.Texts("additionalRoles"),
            Role = fields.Text("role"),
            ExternalId = fields.Text("externalID"),
            SessionTags = policy switch
            {
                "Simple" => named,
                "Custom" => [.. named, .. custom],
                _ => own,
            },
            TransitiveTagKeys = fields.Texts("transitiveTagKeys"),
        };
        return (chain, policy is "Simple" or "Custom");
    }

    private static AwsRetry? ReadRetry(StoreSource store)
    {
        if (store.MaxRetries is null && store.RetryInterval is null)
        {
            return null;
        }

        return new AwsRetry(
            Math.Clamp(store.MaxRetries ?? DefaultAttempts, 1, MostAttempts), store.RetryInterval > TimeSpan.Zero ? store.RetryInterval : null);
    }

    /// <summary>Settings of deletions at the provider, which this version never does; wrong ones are wrong all the same.</summary>
    private static void CheckDeletion(StoreFields fields)
    {
        if (fields.Object("secretsManager") is not { } deletion)
        {
            return;
        }

        long days = deletion.Number("recoveryWindowInDays") ?? 0;
        bool force = deletion.Flag("forceDeleteWithoutRecovery");
        if (days != 0 && days is < 7 or > 30)
        {
            deletion.Error("recoveryWindowInDays", "must be from 7 to 30");
        }

        if (days != 0 && force)
        {
            deletion.Error("forceDeleteWithoutRecovery", "excludes recoveryWindowInDays");
        }
    }
}
