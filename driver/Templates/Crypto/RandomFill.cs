namespace CsiSecrets.Templates.Crypto;

/// <summary>Fills the span with random bytes. It comes from outside, so that a render can be repeated.</summary>
internal delegate void RandomFill(Span<byte> destination);
