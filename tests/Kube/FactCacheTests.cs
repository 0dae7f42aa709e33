using CsiSecrets.Kube;
using CsiSecrets.Model;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Kube;

public sealed class FactCacheTests
{
    [Fact]
    public async Task WhatCanNeverBeRead_IsNotKeptForEver()
    {
        var cache = new FactCache<string, string>(
            static (key, _) => throw new SecretsException(FailureReason.KubernetesDenied, key, "no", "allow it"), new FakeTimeProvider());
        for (int i = 0; i < 1500; i++)
        {
            await Assert.ThrowsAsync<SecretsException>(() => cache.GetAsync($"{i}", TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        }

        Assert.InRange(cache.Count, 0, 1001);
    }
}
