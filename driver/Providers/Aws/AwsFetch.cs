using CsiSecrets.AwsApi;
using CsiSecrets.AwsApi.Credentials;
using CsiSecrets.Model;

namespace CsiSecrets.Providers.Aws;

/// <summary>Reads at the primary region, and what that region could not answer (it failed, it did not refuse) at the failover region.</summary>
/// <param name="clients">What speaks to AWS.</param>
/// <param name="resultOf">The answer for a slot that is done, with the messages of whoever asked.</param>
internal sealed class AwsFetch(AwsClients clients, Func<FetchSlot, AwsAccess, FetchResult> resultOf)
{
    private readonly SecretReads secrets = new(clients.SecretsManager, clients.Denied);
    private readonly ParameterReads parameters = new(clients.Ssm, clients.Denied);
    private readonly TagReads tags = new(clients);

    public async Task<IReadOnlyList<FetchResult>> FetchAsync(
        AwsAccess access, IReadOnlyList<FetchItem> items, CancellationToken cancellationToken)
    {
        // Others may have joined the call, which goes on when the pod that began it goes away, and its tokens with it.
        AwsAccess own = access.Detach();
        try
        {
            return await FetchOwnAsync(own, items, cancellationToken);
        }
        finally
        {
            own.Clear();
        }
    }

    private async Task<IReadOnlyList<FetchResult>> FetchOwnAsync(
        AwsAccess access, IReadOnlyList<FetchItem> items, CancellationToken cancellationToken)
    {
        FetchSlot[] slots = [.. items.Select(i => new FetchSlot(i))];
        try
        {
            await RegionAsync(access, access.Primary, slots, cancellationToken);
            FetchSlot[] again = [.. slots.Where(s => access.Failover is not null && s.Failure is { RegionFailed: true })];
            if (again.Length > 0)
            {
                Array.ForEach(again, s => s.NextRegion(access.Primary.Region));
                await RegionAsync(access, access.Failover!, again, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            Array.ForEach(slots, s => (s.Result as FetchResult.Value)?.Content.Dispose());
            throw;
        }

        return [.. slots.Select(s => resultOf(s, access))];
    }

    /// <summary>Credentials that AWS stopped taking before their time are obtained again, once.</summary>
    private async Task RegionAsync(AwsAccess access, AwsRegionAccess region, FetchSlot[] slots, CancellationToken cancellationToken)
    {
        await AttemptAsync(access, region, slots, cancellationToken);
        FetchSlot[] expired = [.. slots.Where(s => s.Failure is { Code: "ExpiredTokenException" or "ExpiredToken" or "UnrecognizedClientException" }
            && region.Login is not StaticLogin)];
        if (expired.Length > 0)
        {
            Array.ForEach(expired, s => s.Failure = null);
            await AttemptAsync(access, region, expired, cancellationToken);
        }
    }

    private async Task AttemptAsync(AwsAccess access, AwsRegionAccess region, FetchSlot[] slots, CancellationToken cancellationToken)
    {
        bool isFailover = region == access.Failover;
        AwsKeys keys;
        try
        {
            // Good credentials of the primary region are good anywhere: no need to ask a second STS.
            keys = (isFailover ? clients.Credentials.Peek(access.Primary.Login) : null)
                ?? await clients.Credentials.GetAsync(region.Login, cancellationToken);
        }
        catch (AwsException e)
        {
            foreach (FetchSlot slot in slots)
            {
                (slot.Failure, slot.NoCredentials) = (e, true);
            }

            return;
        }

        using (keys)
        {
            var call = new RegionCall(access, region.Region, isFailover, keys);
            FetchSlot[] values = [.. slots.Where(s => !s.Request.Tags)];
            await Task.WhenAll(
                secrets.FetchAsync(call, [.. values.Where(s => s.Request.Store == AwsStore.SecretsManager)], cancellationToken),
                parameters.FetchAsync(call, [.. values.Where(s => s.Request.Store == AwsStore.ParameterStore)], cancellationToken),
                tags.FetchAsync(call, [.. slots.Where(s => s.Request.Tags)], cancellationToken));
            if (slots.Any(s => s.Failure is { Reason: FailureReason.Unauthenticated }))
            {
                clients.Credentials.Drop(region.Login, keys);
            }
        }
    }
}
