using System.Buffers;
using System.Security.Cryptography;

namespace CsiSecrets.AwsApi;

/// <summary>A response body in rented memory that is zeroed when it goes back, growth included.</summary>
internal sealed class ClearedBody : IDisposable
{
    /// <summary>Larger answers than any of AWS's (20 secrets of 64 KiB, escaped) are refused.</summary>
    public const int MaxLength = 16 << 20;

    private byte[] bytes;
    private int length;

    private ClearedBody(int capacity) => bytes = ArrayPool<byte>.Shared.Rent(capacity);

    public ReadOnlySpan<byte> Span => bytes.AsSpan(0, length);

    public static async Task<ClearedBody> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        long announced = content.Headers.ContentLength ?? 0;
        var body = new ClearedBody((int)Math.Clamp(announced + 1, 1024, MaxLength));
        try
        {
            using Stream stream = await content.ReadAsStreamAsync(cancellationToken);
            int read;
            while ((read = await stream.ReadAsync(body.bytes.AsMemory(body.length), cancellationToken)) > 0)
            {
                body.length += read;
                body.GrowIfFull();
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (bytes.Length > 0)
        {
            CryptographicOperations.ZeroMemory(bytes.AsSpan(0, length));
            ArrayPool<byte>.Shared.Return(bytes);
            (bytes, length) = ([], 0);
        }
    }

    public override string ToString() => $"(redacted, {length} bytes)";

    private void GrowIfFull()
    {
        if (length < bytes.Length)
        {
            return;
        }

        if (length >= MaxLength)
        {
            throw new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded, "the answer is larger than any of AWS's");
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(bytes.Length * 2);
        Span.CopyTo(larger);
        CryptographicOperations.ZeroMemory(bytes);
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = larger;
    }
}
