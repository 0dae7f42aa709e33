using CsiSecrets.Templates.Crypto;

namespace CsiSecrets.Tests.Templates.Crypto;

/// <summary>Looks at the whole process's heap, so it runs while no other test does.</summary>
[CollectionDefinition(nameof(ExpensiveMemoryTests), DisableParallelization = true)]
[Collection(nameof(ExpensiveMemoryTests))]
public sealed class ExpensiveMemoryTests
{
    /// <summary>One call leaves at least twice that.</summary>
    private const long Spare = 16 << 20;

    [Fact]
    public void DerivePassword_AfterGiveMemoryBack_LeavesNone()
    {
        ExpensiveFunctions.GiveMemoryBack("derivePassword");
        var before = GC.GetTotalMemory(forceFullCollection: true);

        Assert.Equal("ZedaFaxcZaso9*", Passwords.DerivePassword(1, "long", "password"u8, "user"u8, "example.com"u8));
        ExpensiveFunctions.GiveMemoryBack("derivePassword");

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: false) - before, long.MinValue, Spare);
    }
}
