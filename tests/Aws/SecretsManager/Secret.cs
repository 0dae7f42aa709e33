using System.Collections.Immutable;
using System.Text;

namespace CsiSecrets.Tests.Aws.SecretsManager;

/// <summary>One version of a secret. Which stages point to it is the only thing about it that changes.</summary>
internal sealed class SecretVersion(string id, string? text, byte[]? binary, DateTimeOffset created)
{
    public const string Current = "AWSCURRENT";
    public const string Previous = "AWSPREVIOUS";
    public const string Pending = "AWSPENDING";

    public string Id { get; } = id;
    public string? Text { get; } = text;
    public byte[]? Binary { get; } = binary;
    public DateTimeOffset Created { get; } = created;
    public DateTimeOffset? Accessed { get; set; }
    public SortedSet<string> Stages { get; } = new(StringComparer.Ordinal);

    public bool SameValue(string? text, byte[]? binary) =>
        Text == text && (Binary ?? []).AsSpan().SequenceEqual(binary ?? []);

    public int Size => Binary?.Length ?? Encoding.UTF8.GetByteCount(Text ?? "");
}

/// <summary>What a secret and its replicas share.</summary>
internal sealed class SecretContent
{
    public string? Description { get; set; }
    public ImmutableSortedDictionary<string, string> Tags { get; set; } = ImmutableSortedDictionary<string, string>.Empty;
    public List<SecretVersion> Versions { get; } = [];
    public DateTimeOffset Changed { get; set; }
    public DateTimeOffset? Rotated { get; set; }
    public bool RotationEnabled { get; set; }
    public string? RotationLambda { get; set; }
    public int? RotationDays { get; set; }

    public SecretVersion? Staged(string stage) => Versions.Find(v => v.Stages.Contains(stage));

    public SecretVersion? Find(string id) => Versions.Find(v => v.Id == id);

    /// <summary>Moves a stage; whoever loses AWSCURRENT becomes AWSPREVIOUS.</summary>
    public void Move(string stage, SecretVersion to)
    {
        var from = Staged(stage);
        if (from == to)
        {
            return;
        }

        from?.Stages.Remove(stage);
        to.Stages.Add(stage);
        if (stage == SecretVersion.Current && from is not null)
        {
            Staged(SecretVersion.Previous)?.Stages.Remove(SecretVersion.Previous);
            to.Stages.Remove(SecretVersion.Previous);
            from.Stages.Add(SecretVersion.Previous);
        }
    }
}

/// <summary>A secret as one region knows it.</summary>
internal sealed class Secret(string name, string arn, string region, SecretContent content, DateTimeOffset created)
{
    public string Name { get; } = name;
    public string Arn { get; } = arn;
    public string Region { get; } = region;
    public SecretContent Content { get; set; } = content;
    public DateTimeOffset Created { get; } = created;
    public DateTimeOffset? Accessed { get; set; }

    /// <summary>When DeleteSecret was called, and when the secret goes for good.</summary>
    public DateTimeOffset? Deleted { get; set; }

    public DateTimeOffset? Ends { get; set; }
    public string? KmsKeyId { get; set; }
    public string? ResourcePolicy { get; set; }

    /// <summary>The primary's region in a secret that is replicated or a replica.</summary>
    public string? PrimaryRegion { get; set; }

    public List<Secret> Replicas { get; } = [];

    public bool IsReplica => PrimaryRegion is not null && PrimaryRegion != Region;
}
