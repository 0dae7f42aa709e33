using CsiSecrets.Model;
using CsiSecrets.Providers.Stores;
using CsiSecrets.Tests.Providers.Kubernetes;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Providers;

public sealed class SecretReferencesTests : IDisposable
{
    private static readonly ObjectReference Token = new("spec.provider.x.token", null, "login", "token");
    private readonly FakeTimeProvider time = new();
    private readonly ClusterInMemory cluster = new();
    private readonly SecretReferences references;

    public SecretReferencesTests() => references = new SecretReferences(cluster.Access, time);

    public void Dispose() => references.Dispose();

    [Fact]
    public async Task GetAsync_WithinSeconds_IsReadOnceAndThenAgain()
    {
        cluster.Put("shop", "login", ("token", "t1"));
        Assert.Equal("t1", await TextAsync("shop"));
        cluster.Put("shop", "login", ("token", "t2"));
        time.Advance(TimeSpan.FromSeconds(14));
        Assert.Equal("t1", await TextAsync("shop"));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("t2", await TextAsync("shop"));
    }

    [Fact]
    public async Task GetAsync_Absent_IsAskedAgainAtOnce()
    {
        SecretsException why = await Assert.ThrowsAsync<SecretsException>(() => TextAsync("shop"));
        Assert.Equal(FailureReason.ReferenceMissing, why.Reason);
        cluster.Put("shop", "login", ("token", "t1"));
        Assert.Equal("t1", await TextAsync("shop"));
    }

    [Fact]
    public async Task GetAsync_AnothersKeyIsRead_ClearsWhatIsPastItsAge()
    {
        cluster.Put("shop", "login", ("token", "t1"));
        cluster.Put("bank", "login", ("token", "t2"));
        SecretBytes held = await references.GetAsync(Token, "shop", "SecretStore shop/store", TestContext.Current.CancellationToken);
        ReadOnlyMemory<byte> bytes = held.Memory;
        held.Dispose();
        Assert.Contains(bytes.ToArray(), b => b != 0);
        time.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal("t2", await TextAsync("bank"));
        Assert.All(bytes.ToArray(), b => Assert.Equal(0, b));
    }

    [Fact]
    public async Task WhatIsPastItsAge_IsNotKept_NorWhatWasNeverThere()
    {
        for (int i = 0; i < 3; i++)
        {
            cluster.Put($"ns{i}", "login", ("token", "t"));
            await TextAsync($"ns{i}");
            await Assert.ThrowsAsync<SecretsException>(() => TextAsync($"empty{i}"));
        }

        time.Advance(TimeSpan.FromSeconds(16));
        await TextAsync("ns0");

        Assert.Equal(1, references.Count);
    }

    private async Task<string> TextAsync(string ns)
    {
        using SecretBytes value = await references.GetAsync(Token, ns, "SecretStore shop/store", TestContext.Current.CancellationToken);
        return ((SecretBytes?)value).Text();
    }
}
