using CsiSecrets.Model;

namespace CsiSecrets.Providers.Aws;

/// <summary>An object as one region knows it.</summary>
/// <param name="Id">Name or ARN.</param>
/// <param name="Version">Secrets Manager's VersionId, or the parameter's version number.</param>
/// <param name="Label">Secrets Manager's VersionStage, or the parameter's label.</param>
internal sealed record AwsObjectRef(string Id, string? Version, string? Label)
{
    /// <summary>Neither version nor label, or the stage that is the default anyway: what BatchGetSecretValue can read.</summary>
    public bool IsCurrent => Version is null && Label is null or "AWSCURRENT";

    public override string ToString() => $"{Id}#{Version}#{Label}";
}

/// <summary>One secret or parameter to read.</summary>
internal sealed record AwsObjectRequest : SecretRequest
{
    public required AwsStore Store { get; init; }

    public required AwsObjectRef Primary { get; init; }

    /// <summary>What to read in the failover region; the same as <see cref="Primary"/> unless the class names another.</summary>
    public required AwsObjectRef Failover { get; init; }

    /// <summary>A SecretStore asked: its users' policies allow what External Secrets Operator calls, which is not all that is cheapest.</summary>
    public bool ForStore { get; init; }

    /// <summary>The tags, as a JSON object, in place of the value.</summary>
    public bool Tags { get; init; }

    public static AwsObjectRequest Create(string name, AwsStore store, AwsObjectRef primary, AwsObjectRef? failover, bool optional) => new()
    {
        Name = name,
        Store = store,
        Primary = primary,
        Failover = failover ?? primary,
        Optional = optional,
        ObjectKey = $"{store}|{primary}|{failover}",
    };
}
