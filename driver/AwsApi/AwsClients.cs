using System.Collections.Concurrent;
using CsiSecrets.AwsApi.Credentials;
using CsiSecrets.AwsApi.SecretsManager;
using CsiSecrets.AwsApi.SecurityToken;
using CsiSecrets.AwsApi.SimpleSystemsManagement;

namespace CsiSecrets.AwsApi;

/// <summary>All that speaks to AWS in this process: one pool of connections, one credential cache. Knows nothing of Kubernetes objects.</summary>
internal sealed class AwsClients : IDisposable
{
    private const int MostVariants = 100;

    private readonly ConcurrentDictionary<AwsRetry, AwsClients> variants = new();
    private readonly HttpMessageInvoker http;
    private readonly CredentialEndpoint endpoint;
    private readonly TimeProvider time;
    private readonly bool owner;

    /// <param name="environment">Endpoints, proxies, certificates.</param>
    /// <param name="variable">Environment variables for the process's own credentials.</param>
    /// <param name="time">The clock.</param>
    public AwsClients(AwsEnvironment environment, Func<string, string?> variable, TimeProvider time)
    {
        (this.time, owner) = (time, true);
        http = new HttpMessageInvoker(AwsTransport.Create(environment), disposeHandler: true);
        Environment = environment;
        Caller = new AwsCaller(http, environment, time);
        SecretsManager = new AmazonSecretsManagerClient(Caller);
        Ssm = new AmazonSimpleSystemsManagementClient(Caller);
        var sts = new AmazonSecurityTokenServiceClient(Caller);
        endpoint = new CredentialEndpoint(http, environment, time);
        Credentials = new CredentialCache(sts, endpoint, new NodeCredentialSource(variable, sts, endpoint), time);
        Denied = new DeniedOperations(time);
    }

    private AwsClients(AwsClients whole, AwsRetry retry)
    {
        (http, endpoint, time) = (whole.http, whole.endpoint, whole.time);
        (Environment, Credentials, Denied) = (whole.Environment, whole.Credentials, whole.Denied);
        AwsEnvironment patience = whole.Environment with { MaxAttempts = retry.Attempts, RetryDelay = retry.Delay };
        Caller = new AwsCaller(http, patience, time) { Attempted = attempt => whole.Caller.Attempted?.Invoke(attempt) };
        SecretsManager = new AmazonSecretsManagerClient(Caller);
        Ssm = new AmazonSimpleSystemsManagementClient(Caller);
    }

    /// <summary>Told of every attempt of every call, those for credentials included.</summary>
    public Action<AwsAttempt>? Attempted
    {
        set => Caller.Attempted = endpoint.Attempted = value;
    }

    public AwsEnvironment Environment { get; }

    public AwsCaller Caller { get; }

    public AmazonSecretsManagerClient SecretsManager { get; }

    public AmazonSimpleSystemsManagementClient Ssm { get; }

    public CredentialCache Credentials { get; }

    public DeniedOperations Denied { get; }

    /// <summary>The same with other patience: one pool, one credential cache. Not disposed on its own.</summary>
    public AwsClients Retrying(AwsRetry? retry)
    {
        if (variants.Count > MostVariants)
        {
            variants.Clear(); // stores come and go; what is in use is made again for little
        }

        return retry is null ? this : variants.GetOrAdd(retry, static (r, whole) => new AwsClients(whole, r), this);
    }

    /// <summary>How many of other patience are kept.</summary>
    public int Variants => variants.Count;

    public void Dispose()
    {
        if (!owner)
        {
            return;
        }

        Credentials.Dispose();
        http.Dispose();
    }
}
