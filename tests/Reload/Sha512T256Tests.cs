using System.Text;
using CsiSecrets.Reload.Decisions;
using CsiSecrets.Reload.Sources;

namespace CsiSecrets.Tests.Reload;

/// <summary>Hashes and names as Reloader has them; the hashes by another implementation.</summary>
public sealed class Sha512T256Tests
{
    [Theory]
    [InlineData("", 1, "c672b8d1ef56ed28ab87c3622c5114069bdd3ad7b8f9737498d0c01ecef0967a")]
    [InlineData("abc", 1, "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23")]
    [InlineData("x", 111, "79a6132b3c9df0f7dfcb5c9c3c663d829a6e7f1c26440afa4eb49cfef669c8ea")]
    [InlineData("y", 112, "6a88eeb882955a5b9406c2ce2e87fcb2405dc9127d308890e5c0a17bcd22790c")]
    [InlineData("z", 300, "906e2565fe0dd8af7d1444999c7a080bcb000fb7d8ab21bca39b33936310ff01")]
    public void AText_HasItsHash(string part, int times, string hash)
    {
        var sha = new Sha512T256();
        for (int i = 0; i < times; i++)
        {
            sha.Add(Encoding.UTF8.GetBytes(part));
        }

        Assert.Equal(hash, sha.EndHex());
    }

    [Theory]
    [InlineData("app-db", "STAKATER_APP_DB_SECRET")]
    [InlineData("app.db--x", "STAKATER_APP_DB_X_SECRET")]
    [InlineData("1a", "STAKATER_1A_SECRET")]
    public void AName_IsAVariable(string name, string variable) => Assert.Equal(variable, ReloadMarks.VariableOf(new SourceKey(SourceKind.Secret, name)));
}
