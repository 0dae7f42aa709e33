using CsiSecrets.Tests.Aws.Calls;
using CsiSecrets.Tests.Aws.Faults;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Aws.PodIdentity;
using CsiSecrets.Tests.Aws.SecretsManager;
using CsiSecrets.Tests.Aws.Ssm;
using CsiSecrets.Tests.Aws.Sts;

namespace CsiSecrets.Tests.Aws.Hosting;

/// <summary>Everything that the endpoint remembers.</summary>
internal sealed class EndpointState
{
    public EndpointState(string account, TimeProvider time)
    {
        (Account, Time) = (account, time);
        Credentials = new Credentials(time);
        Secrets = new SecretStore(account, time);
        Parameters = new ParameterStore(account, time);
        Writing = new SecretWriting(Secrets, account);
        SecretsManager = new SecretsManagerService(Secrets, Writing);
        Ssm = new SsmService(Parameters);
        Sts = new StsService(Roles, Credentials, time);
        PodIdentity = new PodIdentityAgent(Roles, Credentials, time);
    }

    public string Account { get; }
    public TimeProvider Time { get; }
    public Roles Roles { get; } = new();
    public Credentials Credentials { get; }
    public SecretStore Secrets { get; }
    public ParameterStore Parameters { get; }
    public SecretWriting Writing { get; }
    public SecretsManagerService SecretsManager { get; }
    public SsmService Ssm { get; }
    public StsService Sts { get; }
    public PodIdentityAgent PodIdentity { get; }
    public FaultPlan Faults { get; } = new();
    public CallLog Calls { get; } = new();

    public void Reset()
    {
        lock (Secrets.Gate)
        {
            Secrets.Clear();
        }

        lock (Parameters.Gate)
        {
            Parameters.Clear();
        }

        Roles.Clear();
        Credentials.Clear();
        PodIdentity.Clear();
        Faults.Clear();
        Calls.Reset();
    }
}
