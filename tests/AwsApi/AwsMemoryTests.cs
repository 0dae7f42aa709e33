using CsiSecrets.AwsApi;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.AwsApi;

/// <summary>What is remembered of identities and stores stays bounded while they come and go.</summary>
public sealed class AwsMemoryTests
{
    [Fact]
    public void DenialsWhoseDayIsOver_AreForgottenWithoutASnapshot()
    {
        var time = new FakeTimeProvider();
        var denied = new DeniedOperations(time);
        for (int i = 0; i < 1500; i++)
        {
            denied.Remember($"pod{i}", "ssm:DescribeParameters");
        }

        time.Advance(TimeSpan.FromDays(2));
        denied.Remember("last", "ssm:DescribeParameters");

        Assert.Equal(1, denied.Count);
        Assert.True(denied.Contains("last", "ssm:DescribeParameters"));
    }

    [Fact]
    public void PatienceOfManyStores_IsBounded()
    {
        using var clients = new AwsClients(AwsEnvironment.Read(static _ => null), static _ => null, TimeProvider.System);
        AwsClients first = clients.Retrying(new AwsRetry(1, TimeSpan.FromMilliseconds(1)));
        Assert.Same(first, clients.Retrying(new AwsRetry(1, TimeSpan.FromMilliseconds(1))));
        for (int i = 0; i < 500; i++)
        {
            clients.Retrying(new AwsRetry(3, TimeSpan.FromMilliseconds(i)));
        }

        Assert.InRange(clients.Variants, 1, 101);
    }
}
