using System.Text;
using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Tests.Fakes;

/// <summary>The secrets of a <see cref="FakeProvider"/> as a store's provider, named <c>remote</c>: every caller has an identity of its own.</summary>
internal sealed class FakeStore(FakeProvider secrets) : IStoreProvider
{
    public string Name => "remote";

    public string Capabilities => "ReadOnly";

    public StorePlan ReadStore(StoreSource store) => new Settings { StoreRef = store.Identity.ToString() };

    public Task<ProviderAccess> OpenAsync(StorePlan plan, StoreCaller caller, CancellationToken cancellationToken) =>
        secrets.Fail("open") is { } why
            ? throw why
            : Task.FromResult<ProviderAccess>(new FakeProvider.FakeAccess
            {
                Key = caller is StoreCaller.Pod pod ? $"pod:{pod.Request.Pod.Namespace}/{pod.Request.Pod.ServiceAccount}" : "controller",
            });

    public async Task ValidateAsync(StorePlan plan, ProviderAccess access, CancellationToken cancellationToken)
    {
        await secrets.HoldValidation.WaitAsync(cancellationToken);
        if (secrets.Fail("validate") is { } why)
        {
            throw why;
        }
    }

    public SecretRequest Plan(StorePlan plan, RemoteSecret remote) => new FakeProvider.FakeRequest { Name = remote.Key, ObjectKey = remote.Key };

    public SecretBytes? Select(SecretRequest request, SecretBytes content, string property) => StoreValues.Select(content, property);

    public SecretSet Extract(SecretRequest request, SecretBytes content, string property) => StoreValues.Extract(request.Name, content, property);

    public Task<IReadOnlyList<FetchResult>> FetchAsync(
        ProviderAccess access, IReadOnlyList<FetchItem> items, CancellationToken cancellationToken) =>
        secrets.FetchAsync(access, items, cancellationToken);

    public Task<IReadOnlyList<FoundSecret>> FindAsync(
        StorePlan plan, ProviderAccess access, FindCriteria criteria, CancellationToken cancellationToken)
    {
        secrets.Calls.Enqueue("find " + criteria.NamePattern);
        return secrets.Fail("find") is { } why
            ? throw why
            : Task.FromResult<IReadOnlyList<FoundSecret>>(
            [
                .. secrets.Names.Where(n => criteria.Name?.IsMatch(Encoding.UTF8.GetBytes(n), cancellationToken) != false)
                    .Select(n => new FoundSecret(n, new FakeProvider.FakeRequest { Name = n, ObjectKey = n }, null)),
            ]);
    }

    private sealed record Settings : StorePlan;
}
