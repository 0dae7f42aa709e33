using System.Buffers;
using System.Text;
using System.Text.Json;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Tests.Manifests;

/// <summary>Values of Secrets on their way from JSON, however it is cut.</summary>
public sealed class SecretReadingTests
{
    [Theory]
    [InlineData("\"plain\"", "plain")]
    [InlineData("\"with \\\"quotes\\\" and \\u00e9\"", "with \"quotes\" and é")]
    [InlineData("\"\"", "")]
    public void AText_WholeOrInPieces_IsReadUnescaped(string json, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        for (int cut = 0; cut < bytes.Length; cut++)
        {
            var reader = new Utf8JsonReader(cut == 0 ? new ReadOnlySequence<byte>(bytes) : Cut(bytes, cut));
            Assert.True(reader.Read());

            using SecretBytes read = SecretBytes.FromJson(ref reader);

            Assert.Equal(text, Encoding.UTF8.GetString(read.Span));
        }
    }

    [Fact]
    public void ASecret_ItsDataAndTexts_AreRead()
    {
        using Secret secret = JsonSerializer.Deserialize(
            """{"data": {"a": "Zmlyc3Q=", "none": null}, "stringData": {"b": "\u0073econd"}}""", ManifestJson.Default.Secret)!;

        Assert.Equal(["first", "", "second"], ((string[])["a", "none", "b"]).Select(k => Encoding.UTF8.GetString(secret.Find(k)!.Span)));
    }

    private static ReadOnlySequence<byte> Cut(byte[] bytes, int at)
    {
        var last = new Piece(bytes.AsMemory(at), at);
        return new ReadOnlySequence<byte>(new Piece(bytes.AsMemory(0, at), 0, last), 0, last, bytes.Length - at);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long before, Piece? next = null) => (Memory, RunningIndex, Next) = (memory, before, next);
    }
}
