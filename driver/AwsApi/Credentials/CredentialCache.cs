using System.Collections.Concurrent;
using CsiSecrets.AwsApi.SecurityToken;
using CsiSecrets.Model;

namespace CsiSecrets.AwsApi.Credentials;

/// <summary>
/// Credentials by login key: each is obtained once for all who ask at the same time, renewed before it expires (with jitter, so that a node's
/// do not come due together), kept while it is valid when the renewal fails. In memory only.
/// </summary>
internal sealed class CredentialCache(
    AmazonSecurityTokenServiceClient sts, CredentialEndpoint agent, NodeCredentialSource node, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan MaxWindow = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stopping = new();

    public int Count => entries.Count;

    /// <summary>A handle on valid credentials; the caller disposes it. Throws <see cref="AwsException"/>.</summary>
    public async Task<AwsKeys> GetAsync(AwsLogin login, CancellationToken cancellationToken)
    {
        if (login is StaticLogin { Chain.Count: 0 } plain)
        {
            return plain.Keys();
        }

        for (int round = 0; round < 5; round++)
        {
            Entry entry = entries.GetOrAdd(login.Key, static _ => new Entry());
            Task flight;
            lock (entry)
            {
                if (entry.Removed)
                {
                    continue;
                }

                DateTimeOffset now = time.GetUtcNow();
                if (entry.IsValid(now) && now < entry.RenewAt)
                {
                    return entry.Keys!.Share();
                }

                flight = entry.Flight ??= RenewAsync(entry, login.Detach());
            }

            try
            {
                await flight.WaitAsync(cancellationToken);
            }
            catch (AwsException) when (StillValid(entry))
            {
            }

            lock (entry)
            {
                if (entry.IsValid(time.GetUtcNow()))
                {
                    return entry.Keys!.Share();
                }
            }
        }

        throw new AwsException(
            FailureReason.Unauthenticated, "credentials", "Expired", "the credentials that were obtained expire at once: is this node's clock right?", null);
    }

    /// <summary>Valid credentials that are there already; null when a call would be needed.</summary>
    public AwsKeys? Peek(AwsLogin login)
    {
        if (login is StaticLogin { Chain.Count: 0 } plain)
        {
            return plain.Keys();
        }

        if (!entries.TryGetValue(login.Key, out Entry? entry))
        {
            return null;
        }

        lock (entry)
        {
            return entry.IsValid(time.GetUtcNow()) ? entry.Keys!.Share() : null;
        }
    }

    /// <summary>AWS no longer takes these.</summary>
    public void Drop(AwsLogin login, AwsKeys refused)
    {
        if (!entries.TryGetValue(login.Key, out Entry? entry))
        {
            return;
        }

        lock (entry)
        {
            if (entry.Keys?.AccessKeyId == refused.AccessKeyId)
            {
                entry.Replace(null);
            }
        }
    }

    public void Dispose()
    {
        stopping.Cancel();
        stopping.Dispose();
        foreach (Entry entry in entries.Values)
        {
            lock (entry)
            {
                entry.Replace(null);
            }
        }
    }

    private bool StillValid(Entry entry)
    {
        lock (entry)
        {
            return entry.IsValid(time.GetUtcNow());
        }
    }

    private async Task RenewAsync(Entry entry, AwsLogin login)
    {
        // The lock is held by who starts this: nothing below may run inside it.
        await Task.Yield();
        try
        {
            AwsKeys keys = await ObtainAsync(login, stopping.Token);
            DateTimeOffset now = time.GetUtcNow();
            lock (entry)
            {
                entry.Replace(keys);
                entry.RenewAt = RenewalOf(keys, now);
                entry.Flight = null;
            }

            Sweep(now);
        }
        catch
        {
            lock (entry)
            {
                entry.RenewAt = time.GetUtcNow() + RetryAfter;
                entry.Flight = null;
            }

            throw;
        }
        finally
        {
            login.Clear();
        }
    }

    private static DateTimeOffset RenewalOf(AwsKeys keys, DateTimeOffset now)
    {
        if (keys.Expires == DateTimeOffset.MaxValue)
        {
            // The driver's own keys may be replaced in place; looking again costs no call.
            return now + TimeSpan.FromMinutes(15);
        }

        TimeSpan window = (keys.Expires - now) / 4;
        window = window < MaxWindow ? window : MaxWindow;
        return keys.Expires - (window * (0.5 + (Random.Shared.NextDouble() / 2)));
    }

    private async Task<AwsKeys> ObtainAsync(AwsLogin login, CancellationToken cancellationToken)
    {
        AwsKeys keys = login switch
        {
            WebIdentityLogin web => await sts.AssumeRoleWithWebIdentityAsync(
                web.RoleArn, web.SessionName, web.Token, web.Region, cancellationToken),
            RequestedTokenLogin asked => await WithTokenAsync(asked, cancellationToken),
            PodIdentityLogin pod => await agent.GetFirstAsync(pod.Endpoints, pod.Token, cancellationToken),
            StaticLogin fixedKeys => fixedKeys.Keys(),
            _ => await node.GetAsync(login.Region, cancellationToken),
        };
        foreach (RoleStep step in login.Chain)
        {
            using AwsKeys former = keys;
            keys = await sts.AssumeRoleAsync(step, login.SessionName, login.Region, former, cancellationToken);
        }

        return keys;
    }

    private async Task<AwsKeys> WithTokenAsync(RequestedTokenLogin login, CancellationToken cancellationToken)
    {
        SecretBytes token;
        try
        {
            token = await login.RequestToken(cancellationToken);
        }
        catch (SecretsException e)
        {
            throw new AwsException(e.Reason, "AssumeRoleWithWebIdentity", "NoToken", e.Message, null, e);
        }

        using (token)
        {
            return await sts.AssumeRoleWithWebIdentityAsync(login.RoleArn, login.SessionName, token, login.Region, cancellationToken);
        }
    }

    private void Sweep(DateTimeOffset now)
    {
        foreach ((string key, Entry entry) in entries)
        {
            lock (entry)
            {
                if (entry.Flight is null && !entry.IsValid(now))
                {
                    entry.Replace(null);
                    entry.Removed = entries.TryRemove(KeyValuePair.Create(key, entry)) || entry.Removed;
                }
            }
        }
    }

    private sealed class Entry
    {
        public AwsKeys? Keys { get; private set; }

        public DateTimeOffset RenewAt { get; set; }

        public Task? Flight { get; set; }

        public bool Removed { get; set; }

        public bool IsValid(DateTimeOffset now) => Keys is not null && now < Keys.Expires - (Keys.Expires == DateTimeOffset.MaxValue ? TimeSpan.Zero : Reserve);

        public void Replace(AwsKeys? keys)
        {
            Keys?.Dispose();
            Keys = keys;
        }
    }
}
