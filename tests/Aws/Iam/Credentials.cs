using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace CsiSecrets.Tests.Aws.Iam;

/// <summary>An access key that the endpoint knows: lasting for a user, expiring for a session.</summary>
internal sealed record AccessKey
{
    public required string Id { get; init; }
    public required string Secret { get; init; }
    public required Principal Owner { get; init; }
    public string? Token { get; init; }
    public DateTimeOffset? Expires { get; init; }
}

/// <summary>Every access key that was given out.</summary>
internal sealed class Credentials(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, AccessKey> _keys = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<AccessKey> _sessions = new();

    /// <summary>Sessions in the order in which they were made, as CloudTrail would list them.</summary>
    public IReadOnlyList<AccessKey> Sessions => [.. _sessions];

    public AccessKey? Find(string id) => _keys.GetValueOrDefault(id);

    public void Put(AccessKey key) => _keys[key.Id] = key;

    /// <summary>New temporary credentials; they end by the endpoint's clock.</summary>
    public AccessKey Issue(Principal owner, TimeSpan lifetime)
    {
        var key = new AccessKey
        {
            Id = "ASIA" + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16),
            Secret = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/", 40),
            Token = "IQoJ" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(120)),
            Owner = owner,
            Expires = time.GetUtcNow() + lifetime,
        };
        _keys[key.Id] = key;
        _sessions.Enqueue(key);
        return key;
    }

    /// <summary>A user's new access keys count from now on, the old ones no more.</summary>
    public void RemoveOf(string userArn)
    {
        foreach (var key in _keys.Values.Where(k => k.Owner.Arn == userArn))
        {
            _keys.TryRemove(key.Id, out _);
        }
    }

    public void Clear()
    {
        _keys.Clear();
        _sessions.Clear();
    }
}
