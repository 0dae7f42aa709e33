namespace CsiSecrets.Tests.Templates.Crypto;

/// <summary>A random source that gives the same bytes again for the same seed.</summary>
internal sealed class SeededFill(int seed)
{
    private readonly Random random = new(seed);

    public void Fill(Span<byte> destination) => random.NextBytes(destination);
}
