using System.Text;
using CsiSecrets.Templates.Crypto;
using Org.BouncyCastle.Crypto.Generators;

namespace CsiSecrets.Tests.Templates.Crypto;

public sealed class PasswordTests
{
    [Theory]
    [InlineData("")]
    [InlineData("pass")]
    [InlineData("pässwörd")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789ab")]
    public void Bcrypt_Password_IsAcceptedByAnotherImplementation(string password)
    {
        var hash = Passwords.Bcrypt(Encoding.UTF8.GetBytes(password), new SeededFill(1).Fill);

        Assert.Matches(@"^\$2a\$10\$[./A-Za-z0-9]{53}$", hash);
        Assert.True(OpenBsdBCrypt.CheckPassword(hash, password.ToCharArray()));
        Assert.False(OpenBsdBCrypt.CheckPassword(hash, "other".ToCharArray()));
    }

    [Fact]
    public void Bcrypt_MoreThan72Bytes_SaysSoAsItsResult() => Assert.Equal(
        "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes",
        Passwords.Bcrypt(new byte[73], new SeededFill(1).Fill));

    [Fact]
    public void Htpasswd_Default_IsBcryptOfThePassword()
    {
        var line = Encoding.ASCII.GetString(Passwords.Htpasswd("me"u8, "pass"u8, "bcrypt", new SeededFill(1).Fill));

        Assert.StartsWith("me:$2a$10$", line, StringComparison.Ordinal);
        Assert.True(OpenBsdBCrypt.CheckPassword(line[3..], "pass".ToCharArray()));
    }

    [Theory]
    [InlineData(1, "x", "", "")]
    [InlineData(17, "key", "a", "")]
    public void EncryptAes_ThenDecrypt_GivesThePlaintext(int length, string password, string prefix, string suffix)
    {
        var plain = Encoding.UTF8.GetBytes(prefix + new string('p', length) + suffix);
        var key = Encoding.UTF8.GetBytes(password);

        Assert.Equal(plain, AesFunctions.DecryptAes(key, AesFunctions.EncryptAes(key, plain, new SeededFill(1).Fill)));
    }

    [Theory]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("!")]
    public void DecryptAes_TextThatIsNone_Fails(string text) =>
        Assert.Throws<TemplateFunctionException>(() => AesFunctions.DecryptAes("k"u8, Encoding.ASCII.GetBytes(text)));
}
