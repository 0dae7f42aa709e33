using CsiSecrets.AwsApi.SecurityToken;
using CsiSecrets.Model;

namespace CsiSecrets.AwsApi.Credentials;

/// <summary>How to become somebody at AWS. Two logins with one <see cref="Key"/> are the same somebody.</summary>
internal abstract class AwsLogin
{
    /// <summary>Everything that decides which credentials come out: mode, identity, role, chain, tags, endpoint, region. Holds no secret.</summary>
    public required string Key { get; init; }

    /// <summary>Region of STS.</summary>
    public required string Region { get; init; }

    /// <summary>For CloudTrail.</summary>
    public required string SessionName { get; init; }

    /// <summary>Roles assumed one after the other from the first credentials.</summary>
    public IReadOnlyList<RoleStep> Chain { get; init; } = [];

    /// <summary>The same login with secrets of its own, for a call that may outlive the caller's.</summary>
    public abstract AwsLogin Detach();

    /// <summary>Clears what <see cref="Detach"/> took.</summary>
    public virtual void Clear()
    {
    }

    public override string ToString() => $"{GetType().Name} (redacted)";
}

/// <summary>A Kubernetes token for a role.</summary>
internal sealed class WebIdentityLogin : AwsLogin
{
    public required string RoleArn { get; init; }

    public required SecretBytes Token { get; init; }

    public override AwsLogin Detach() =>
        new WebIdentityLogin { Key = Key, Region = Region, SessionName = SessionName, Chain = Chain, RoleArn = RoleArn, Token = Token.Share() };

    public override void Clear() => Token.Dispose();
}

/// <summary>A role for a token that is asked for each time credentials are needed, and cleared after.</summary>
internal sealed class RequestedTokenLogin : AwsLogin
{
    public required string RoleArn { get; init; }

    /// <summary>A new token, which the receiver owns.</summary>
    public required Func<CancellationToken, Task<SecretBytes>> RequestToken { get; init; }

    public override AwsLogin Detach() => this;
}

/// <summary>EKS Pod Identity: a Kubernetes token for what the node's agent answers.</summary>
internal sealed class PodIdentityLogin : AwsLogin
{
    /// <summary>The agent's addresses, in the order to ask; the next one only when one does not answer.</summary>
    public required IReadOnlyList<Uri> Endpoints { get; init; }

    public required SecretBytes Token { get; init; }

    public override AwsLogin Detach() => new PodIdentityLogin
    {
        Key = Key,
        Region = Region,
        SessionName = SessionName,
        Chain = Chain,
        Endpoints = Endpoints,
        Token = Token.Share(),
    };

    public override void Clear() => Token.Dispose();
}

/// <summary>Keys that somebody made in IAM. White space around them (a Secret made with echo ends in a newline) does not count.</summary>
internal sealed class StaticLogin : AwsLogin
{
    public required string AccessKeyId { get; init; }

    public required SecretBytes SecretKey { get; init; }

    public SecretBytes? SessionToken { get; init; }

    /// <summary>The keys in memory of their own.</summary>
    public AwsKeys Keys() => new(AccessKeyId, Trimmed(SecretKey), SessionToken is null ? null : Trimmed(SessionToken), DateTimeOffset.MaxValue);

    public override AwsLogin Detach() => new StaticLogin
    {
        Key = Key,
        Region = Region,
        SessionName = SessionName,
        Chain = Chain,
        AccessKeyId = AccessKeyId,
        SecretKey = SecretKey.Share(),
        SessionToken = SessionToken?.Share(),
    };

    public override void Clear()
    {
        SecretKey.Dispose();
        SessionToken?.Dispose();
    }

    private static SecretBytes Trimmed(SecretBytes text) => SecretBytes.Copy(text.Span.Trim(" \t\r\n"u8));
}

/// <summary>What the process itself was given: environment, token file, container endpoint, instance profile.</summary>
internal sealed class NodeLogin : AwsLogin
{
    public override AwsLogin Detach() => this;
}
