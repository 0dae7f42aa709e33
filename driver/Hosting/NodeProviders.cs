using System.Security.Cryptography;
using CsiSecrets.AwsApi;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Aws;
using CsiSecrets.Providers.Local;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Telemetry;
using CsiSecrets.Volumes;

namespace CsiSecrets.Hosting;

/// <summary>The providers of a node, by its flags.</summary>
internal sealed class NodeProviders : IDisposable
{
    private const int KeyBytes = 32;

    private readonly AwsClients aws;
    private readonly StoreProviders stores;

    public NodeProviders(NodeOptions options, ClusterAccess access, Meters meters, TimeProvider time)
    {
        Func<string, string?> variable = options.OwnAwsCredentials ? OfThisPerson : Environment.GetEnvironmentVariable;
        byte[] hashKey = Folders.In("state-dir", options.Volumes.StateDirectory, () => HashKey(options.Volumes.StateDirectory));
        aws = new AwsClients(EnvironmentOf(options, variable), variable, time)
        {
            Attempted = attempt => Count(meters, attempt),
        };
        LocalStore? local = options.LocalProviderFile is { Length: > 0 } file ? new LocalStore(file, hashKey, time) : null;
        var awsOptions = new AwsProviderOptions
        {
            AllowNodeCredentials = options.AllowNodeCredentials,
            NodeCredentialNamespaces = options.NodeCredentialsNamespaces
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet(StringComparer.Ordinal),
            OwnCredentials = options.OwnAwsCredentials,
            HashKey = hashKey,
        };
        stores = new StoreProviders(aws, access, awsOptions, time, local is null ? [] : [new LocalStoreProvider(local)]);
        All =
        [
            .. local is null ? (ISecretProvider[])[] : [new LocalProvider(local)],
            new AwsProvider(aws, access, awsOptions),
        ];
    }

    public IReadOnlyList<ISecretProvider> All { get; }

    /// <summary>Those that stores may name, for ExternalSecret volumes. One that cannot read as a pod says so.</summary>
    public IReadOnlyList<IStoreProvider> Stores => stores.All;

    /// <summary>The denials that a later process need not ask for again.</summary>
    public DenialMemory Denials => new(
        () => [.. aws.Denied.Snapshot().Select(d => new DeniedCall(d.Access, d.Operation, d.Until))],
        kept => aws.Denied.Restore(kept.Select(d => new DeniedOperation(d.Access, d.Operation, d.Until))));

    public void Dispose()
    {
        aws.Dispose();
        stores.Dispose();
    }

    /// <summary>AWS's own variables, and what the flags say.</summary>
    public static AwsEnvironment EnvironmentOf(NodeOptions options, Func<string, string?> variable) =>
        AwsEnvironment.Read(variable) with { AgentTimeout = options.PodIdentityTimeout };

    public static void Count(Meters meters, AwsAttempt attempt)
    {
        const string Provider = "aws";
        meters.ProviderCall(Provider, attempt.Operation, attempt.Code ?? "ok", attempt.Duration.TotalSeconds);
        if (attempt.Throttled)
        {
            meters.Throttled(Provider, attempt.Operation);
        }
    }

    /// <summary>Most people's machines are no instance of EC2, where asking for its profile would hang: they say so when theirs is.</summary>
    private static string? OfThisPerson(string name) =>
        Environment.GetEnvironmentVariable(name) ?? (name == "AWS_EC2_METADATA_DISABLED" ? "true" : null);

    /// <summary>A random key of this node, so that hashes of static keys in state files cannot be guessed from outside.</summary>
    private static byte[] HashKey(string stateDirectory)
    {
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
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
