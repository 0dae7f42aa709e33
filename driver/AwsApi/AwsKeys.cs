using CsiSecrets.Model;

namespace CsiSecrets.AwsApi;

/// <summary>Credentials of AWS. Held in memory only.</summary>
internal sealed class AwsKeys(string accessKeyId, SecretBytes secretKey, SecretBytes? sessionToken, DateTimeOffset expires) : IDisposable
{
    public string AccessKeyId { get; } = accessKeyId;

    public SecretBytes SecretKey { get; } = secretKey;

    public SecretBytes? SessionToken { get; } = sessionToken;

    /// <summary><see cref="DateTimeOffset.MaxValue"/> for static keys.</summary>
    public DateTimeOffset Expires { get; } = expires;

    /// <summary>Another handle, disposed on its own, so that a refresh meanwhile clears nothing under a call.</summary>
    public AwsKeys Share() => new(AccessKeyId, SecretKey.Share(), SessionToken?.Share(), Expires);

    public void Dispose()
    {
        SecretKey.Dispose();
        SessionToken?.Dispose();
    }

    public override string ToString() => "(redacted)";
}
