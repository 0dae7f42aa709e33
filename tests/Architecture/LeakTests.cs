using CsiSecrets.Model;

namespace CsiSecrets.Tests.Architecture;

/// <summary>Types that hold plaintext never print it.</summary>
public sealed class LeakTests
{
    private const string Marker = "marker-5f1c0b";

    [Fact]
    public void AHolderOfPlaintext_PrintsAFixedText()
    {
        using SecretBytes bytes = SecretBytes.FromText(Marker);
        using var set = new SecretSet();
        set.Put("name", bytes.Share());
        var file = new SecretFile { Path = "a", Content = bytes, Mode = 0 };
        var value = new FetchResult.Value("1", bytes);
        using var token = new PodTokens([KeyValuePair.Create("aud", new PodToken(bytes.Share(), DateTimeOffset.MaxValue))]);

        foreach (object holder in (object[])[bytes, set, file, value, token, token.Find("aud")!])
        {
            Assert.DoesNotContain(Marker, holder.ToString(), StringComparison.Ordinal);
        }
    }
}
