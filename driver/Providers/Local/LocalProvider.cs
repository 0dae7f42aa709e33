using CsiSecrets.Model;
using CsiSecrets.Providers.Objects;

namespace CsiSecrets.Providers.Local;

/// <summary>Secrets of one YAML file that somebody edits. The file is the process's own setting: no manifest names a path.</summary>
internal sealed class LocalProvider(LocalStore store) : ISecretProvider
{
    public const string ProviderName = "local";

    public string Name => ProviderName;

    public ClassPlan ReadClass(ClassParameters parameters) => LocalClassReader.Read(parameters);

    /// <summary>The file is one for everybody who may name this provider: there is no identity to tell apart.</summary>
    public Task<ProviderAccess> OpenAsync(ClassPlan plan, AccessRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<ProviderAccess>(new LocalAccess { Key = $"local:{store.Path}" });

    public async Task<IReadOnlyList<PlannedObject>> ListAsync(
        ProviderAccess access, ClassPlan plan, PlannedSelection selection, CancellationToken cancellationToken)
    {
        using LocalSecrets secrets = await store.ReadAsync(cancellationToken);
        return ((LocalSelection)selection).Objects(plan.ClassRef, secrets.Names);
    }

    public async Task<IReadOnlyList<FetchResult>> FetchAsync(
        ProviderAccess access, IReadOnlyList<FetchItem> items, CancellationToken cancellationToken)
    {
        try
        {
            using LocalSecrets secrets = await store.ReadAsync(cancellationToken);
            return [.. items.Select(item => Answer(secrets, item))];
        }
        catch (SecretsException e)
        {
            return [.. items.Select(_ => new FetchResult.Failed(e))];
        }
    }

    public IReadOnlyList<ShapedFile> Shape(ClassPlan plan, PlannedObject planned, string version, SecretBytes content) =>
        FileShaper.Shape((ShapedObject)planned, plan.ClassRef, version, content);

    private FetchResult Answer(LocalSecrets secrets, FetchItem item)
    {
        if (secrets.Find(item.Request.ObjectKey) is not { } found)
        {
            return new FetchResult.Missing(new SecretsException(
                FailureReason.SecretNotFound,
                $"object {item.Request.Name}",
                $"{store.Path} has no secret of this name",
                "add it there, or set optional: true"));
        }

        return found.Version == item.KnownVersion
            ? new FetchResult.Unchanged(found.Version)
            : new FetchResult.Value(found.Version, found.Content.Share());
    }
}

/// <summary>The one way to read the file.</summary>
internal sealed class LocalAccess : ProviderAccess;
