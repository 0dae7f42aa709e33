using System.IO.Compression;
using System.Text;
using System.Text.Json;
using CsiSecrets.Templates.Crypto;

namespace CsiSecrets.Tests.Templates.Crypto;

/// <summary>What real Go gave, for the vectors whose template is one chain of these functions.</summary>
public sealed class CryptoVectorTests
{
    /// <summary>Our own sentences, which the vectors have word for word; what Go's packages say need only be an error.</summary>
    private static readonly string[] StableMessages =
    [
        "found junk", "no leaf certificate found", "found multiple leaf or disjunct certificates", "failed to decode PEM block",
        "decryption password incorrect", "private key missing", "no MAC in data", "could not parse private key",
        "crypto/rsa: decryption error", "no PEM data in input", "unable to decode certificate", "invalid key type from JSON",
        "unsupported public key type", "unknown key type while marshaling", "invalid curve algorithm", "modulus must be > 1",
        "out of range [:16] with capacity 6", "invalid argument to Intn", "nil pointer dereference",
    ];

    /// <summary>At least so many of each group must be simple enough to be run here.</summary>
    [Theory]
    [InlineData("filterPEM", 77)]
    [InlineData("certChain", 44)]
    [InlineData("certSANs", 14)]
    [InlineData("pkcs12", 56)]
    [InlineData("pemToP12", 13)]
    [InlineData("jwk", 23)]
    [InlineData("rsaDecrypt", 9)]
    [InlineData("hash", 26)]
    public void Vectors_OfGroup_GiveWhatGoGave(string group, int atLeast)
    {
        var failures = new List<string>();
        var run = 0;
        foreach (var vector in Read(group))
        {
            try
            {
                var failure = Check(vector);
                run++;
                if (failure is not null)
                {
                    failures.Add($"{vector.GetProperty("id")}: {failure}");
                }
            }
            catch (NotSupportedException)
            {
                // The template is more than a chain of calls: the engine's own vector tests have it.
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
        Assert.True(run >= atLeast, $"only {run} of {group} were run");
    }

    private static string? Check(JsonElement vector)
    {
        var data = vector.GetProperty("data").EnumerateObject()
            .ToDictionary(member => member.Name, member => Encoding.UTF8.GetBytes(member.Value.GetString()!));
        if (vector.TryGetProperty("data_b64", out var binary))
        {
            foreach (var member in binary.EnumerateObject())
            {
                data[member.Name] = member.Value.GetBytesFromBase64();
            }
        }

        byte[] output;
        try
        {
            output = new CallChain(data).Run(vector.GetProperty("template").GetString()!);
        }
        catch (TemplateFunctionException e)
        {
            return CheckFailure(vector, e.Message);
        }

        if (vector.TryGetProperty("error", out _))
        {
            return $"should fail with {vector.GetProperty("message")}, gave {Encoding.UTF8.GetString(output)}";
        }

        var expected = vector.TryGetProperty("output_b64", out var base64)
            ? base64.GetBytesFromBase64()
            : Encoding.UTF8.GetBytes(vector.GetProperty("output").GetString()!);
        return output.AsSpan().SequenceEqual(expected)
            ? null
            : $"gave {Encoding.UTF8.GetString(output)} instead of {Encoding.UTF8.GetString(expected)}";
    }

    private static string? CheckFailure(JsonElement vector, string message)
    {
        if (!vector.TryGetProperty("error", out _))
        {
            return $"failed: {message}";
        }

        var expected = vector.TryGetProperty("message", out var text) ? text.GetString()! : "";
        return StableMessages.Any(stable => expected.Contains(stable, StringComparison.Ordinal))
            && !expected.EndsWith(message, StringComparison.Ordinal)
            ? $"failed with {message} instead of {expected}"
            : null;
    }

    private static List<JsonElement> Read(string group)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Cases", "Templates", "Crypto", "Vectors", group + ".jsonl.gz");
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress), Encoding.UTF8);
        var vectors = new List<JsonElement>();
        while (reader.ReadLine() is { } line)
        {
            vectors.Add(JsonDocument.Parse(line).RootElement);
        }

        return vectors;
    }
}
