using System.Security.Cryptography;
using CsiSecrets.AwsApi;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Aws;
using CsiSecrets.Telemetry;
using CsiSecrets.Volumes;

namespace CsiSecrets.Hosting;

/// <summary>The providers of a node, by its flags.</summary>
internal sealed class NodeProviders : IDisposable
{
    private const int KeyBytes = 32;

    private readonly AwsClients aws;

    public NodeProviders(NodeOptions options, ClusterAccess access, Meters meters, TimeProvider time)
    {
        aws = new AwsClients(AwsEnvironment.Read(Environment.GetEnvironmentVariable), Environment.GetEnvironmentVariable, time)
        {
            Attempted = attempt => Count(meters, attempt),
        };
        All =
        [
            new AwsProvider(aws, access, new AwsProviderOptions
            {
                AllowNodeCredentials = options.AllowNodeCredentials,
                NodeCredentialNamespaces = options.NodeCredentialsNamespaces
                    .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet(StringComparer.Ordinal),
                HashKey = HashKey(options.Volumes.StateDirectory),
            }),
        ];
    }

    public IReadOnlyList<ISecretProvider> All { get; }

    /// <summary>The denials that a later process need not ask for again.</summary>
    public DenialMemory Denials => new(
        () => [.. aws.Denied.Snapshot().Select(d => new DeniedCall(d.Access, d.Operation, d.Until))],
        kept => aws.Denied.Restore(kept.Select(d => new DeniedOperation(d.Access, d.Operation, d.Until))));

    public void Dispose() => aws.Dispose();

    public static void Count(Meters meters, AwsAttempt attempt)
    {
        const string Provider = "aws";
        meters.ProviderCall(Provider, attempt.Operation, attempt.Code ?? "ok", attempt.Duration.TotalSeconds);
        if (attempt.Throttled)
        {
            meters.Throttled(Provider, attempt.Operation);
        }
    }

    /// <summary>A random key of this node, so that hashes of static keys in state files cannot be guessed from outside.</summary>
    private static byte[] HashKey(string stateDirectory)
    {
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Directory.CreateDirectory(stateDirectory, Private | UnixFileMode.UserExecute);
        string path = Path.Combine(stateDirectory, "hash.key");
        if (File.Exists(path) && File.ReadAllBytes(path) is { Length: KeyBytes } kept)
        {
            return kept;
        }

        byte[] key = RandomNumberGenerator.GetBytes(KeyBytes);
        string temporary = path + ".tmp";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = System.IO.FileAccess.Write, UnixCreateMode = Private }))
        {
            file.Write(key);
        }

        File.Move(temporary, path, overwrite: true);
        return key;
    }
}
