using System.Collections.Immutable;
using System.Security.Cryptography;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.SecretsManager;

/// <summary>All regions' secrets. Callers hold Gate; nothing under it waits.</summary>
internal sealed class SecretStore(string account, TimeProvider time)
{
    private readonly Dictionary<(string Region, string Name), Secret> _secrets = [];
    private readonly Dictionary<(string Region, string Name), List<(DateTimeOffset At, SecretSummary? Seen)>> _seen = [];

    public Lock Gate { get; } = new();

    /// <summary>How far ListSecrets and filtered batches lag behind: AWS says up to five minutes.</summary>
    public TimeSpan ListLag { get; set; }

    /// <summary>KMS keys that are disabled: what they encrypt answers DecryptionFailure.</summary>
    public HashSet<string> DisabledKeys { get; } = new(StringComparer.Ordinal);

    public DateTimeOffset Now => time.GetUtcNow();

    public Secret Add(string name, string region, SecretContent content, string? suffix = null)
    {
        suffix ??= RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 6);
        var secret = new Secret(name, $"arn:{Partition(region)}:secretsmanager:{region}:{account}:secret:{name}-{suffix}", region, content, Now);
        _secrets[(region, name)] = secret;
        return secret;
    }

    /// <summary>By name, full ARN, or ARN without the random suffix; also secrets that wait for deletion.</summary>
    public Secret? Find(string region, string id)
    {
        Purge();
        if (!id.StartsWith("arn:", StringComparison.Ordinal))
        {
            return _secrets.GetValueOrDefault((region, id));
        }

        return _secrets.Values.FirstOrDefault(s => s.Region == region && s.Arn == id)
            ?? _secrets.Values.FirstOrDefault(s => s.Region == region && s.Arn[..^7] == id);
    }

    /// <exception cref="AwsException">ResourceNotFoundException, after IAM has been asked about the name as it was given.</exception>
    public Secret Get(Call call, bool alsoDeleted = false, string? action = null)
    {
        var secret = Allowed(call, call.Required("SecretId"), action);
        return secret.Deleted is null || alsoDeleted
            ? secret
            : throw AwsException.InvalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
    }

    public Secret Allowed(Call call, string id, string? action = null)
    {
        var secret = Find(call.Region, id);
        var policy = secret?.ResourcePolicy is { } text ? PolicyDocument.Parse(text) : null;
        call.Demand(secret?.Arn ?? id, action, policy, secret?.Content.Tags);
        return secret ?? throw AwsException.NotFound("Secrets Manager can't find the specified secret.");
    }

    /// <exception cref="AwsException">The secret is a replica, which only its primary changes.</exception>
    public Secret Writable(Call call)
    {
        var secret = Get(call);
        return secret.IsReplica
            ? throw AwsException.InvalidRequest("Operation not permitted on a replica secret. Call must be made in primary secret's region.")
            : secret;
    }

    public IEnumerable<Secret> In(string region)
    {
        Purge();
        return _secrets.Values.Where(s => s.Region == region);
    }

    public void Remove(Secret secret)
    {
        _secrets.Remove((secret.Region, secret.Name));
        See(secret.Region, secret.Name, null);
    }

    /// <summary>Tells the eventually consistent view of a change of the secret or of its replicas.</summary>
    public void Changed(Secret secret)
    {
        secret.Content.Changed = Now;
        See(secret.Region, secret.Name, SecretSummary.Of(secret));
        secret.Replicas.ForEach(r => See(r.Region, r.Name, SecretSummary.Of(r)));
    }

    /// <summary>The secrets as listing shows them: as they were ListLag ago.</summary>
    public IReadOnlyList<SecretSummary> Listed(string region)
    {
        Purge();
        var horizon = Now - ListLag;
        var seen = _seen.Where(s => s.Key.Region == region)
            .Select(s => s.Value.FindLast(e => e.At <= horizon).Seen).OfType<SecretSummary>();
        return [.. seen.OrderBy(s => s.Created).ThenBy(s => s.Name, StringComparer.Ordinal)];
    }

    public void Clear()
    {
        _secrets.Clear();
        _seen.Clear();
        DisabledKeys.Clear();
        ListLag = TimeSpan.Zero;
    }

    public static string Partition(string region) => region switch
    {
        _ when region.StartsWith("cn-", StringComparison.Ordinal) => "aws-cn",
        _ when region.StartsWith("us-gov-", StringComparison.Ordinal) => "aws-us-gov",
        _ => "aws",
    };

    private void See(string region, string name, SecretSummary? summary)
    {
        if (!_seen.TryGetValue((region, name), out var events))
        {
            _seen[(region, name)] = events = [];
        }

        events.Add((Now, summary));
        while (events.Count > 2 && events[1].At <= Now - ListLag)
        {
            events.RemoveAt(0);
        }
    }

    private void Purge()
    {
        foreach (var gone in _secrets.Values.Where(s => s.Ends <= Now).ToList())
        {
            Remove(gone);
        }
    }
}

/// <summary>A secret's metadata at one time, as lists show it.</summary>
internal sealed record SecretSummary(
    Secret Source,
    string Name,
    string? Description,
    ImmutableSortedDictionary<string, string> Tags,
    ImmutableArray<(string Id, ImmutableArray<string> Stages)> Versions,
    DateTimeOffset Created,
    DateTimeOffset Changed,
    DateTimeOffset? Deleted)
{
    public static SecretSummary Of(Secret s) => new(
        s, s.Name, s.Content.Description, s.Content.Tags,
        [.. s.Content.Versions.Where(v => v.Stages.Count > 0).Select(v => (v.Id, v.Stages.ToImmutableArray()))],
        s.Created, s.Content.Changed, s.Ends);
}
