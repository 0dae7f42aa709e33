using CsiSecrets.AwsApi;
using CsiSecrets.AwsApi.Credentials;
using CsiSecrets.Model;
using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Providers.Aws.Stores;

/// <summary>Finds what criteria name, as one identity. Credentials that AWS stopped taking before their time are obtained again, once.</summary>
internal sealed class AwsStoreFind(AwsClients clients)
{
    public async Task<IReadOnlyList<FoundSecret>> FindAsync(
        AwsStorePlan plan, AwsAccess access, FindCriteria criteria, CancellationToken cancellationToken)
    {
        string action = plan.Service == AwsStore.SecretsManager ? "secretsmanager:ListSecrets"
            : criteria.Tags.Count > 0 ? "ssm:DescribeParameters" : "ssm:GetParametersByPath";
        try
        {
            try
            {
                return await AttemptAsync(plan, access, criteria, cancellationToken);
            }
            catch (AwsException e) when (e.Reason == FailureReason.Unauthenticated && access.Primary.Login is not StaticLogin { Chain.Count: 0 })
            {
                return await AttemptAsync(plan, access, criteria, cancellationToken);
            }
        }
        catch (AwsException e)
        {
            throw AwsStoreFailures.OfFind(e, plan.StoreRef, access, action);
        }
    }

    private async Task<IReadOnlyList<FoundSecret>> AttemptAsync(
        AwsStorePlan plan, AwsAccess access, FindCriteria criteria, CancellationToken cancellationToken)
    {
        using AwsKeys keys = await KeysAsync(plan, access, cancellationToken);
        var call = new RegionCall(access, plan.Region, false, keys);
        try
        {
            return plan.Service == AwsStore.SecretsManager
                ? await new SecretFind(clients.SecretsManager).FindAsync(call, criteria, cancellationToken)
                : await new ParameterFind(clients.Ssm, clients.Denied).FindAsync(call, criteria, cancellationToken);
        }
        catch (AwsException e) when (e.Reason == FailureReason.Unauthenticated)
        {
            clients.Credentials.Drop(access.Primary.Login, keys);
            throw;
        }
    }

    private async Task<AwsKeys> KeysAsync(AwsStorePlan plan, AwsAccess access, CancellationToken cancellationToken)
    {
        try
        {
            return await clients.Credentials.GetAsync(access.Primary.Login, cancellationToken);
        }
        catch (AwsException e)
        {
            throw AwsStoreFailures.OfCredentials(e, $"{plan.StoreRef}: find", access);
        }
    }
}
