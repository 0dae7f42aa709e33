using System.Globalization;
using System.Text;
using CsiSecrets.Tests.Aws.Signing;

namespace CsiSecrets.Tests.AwsEndpoint;

/// <summary>AWS's published Signature Version 4 vectors against the endpoint's verifier.</summary>
public sealed class SigV4VectorTests
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static readonly DateTimeOffset Signed = DateTimeOffset.Parse("2015-08-30T12:36:00Z", CultureInfo.InvariantCulture);

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Cases", "AwsEndpoint", "sigv4");

    public static TheoryData<string> Vectors => [.. Directory.GetFiles(Folder, "*.txt", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(Folder, f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Verify_PublishedVector_Accepted(string file)
    {
        var message = Read(file);
        SignatureVerifier.Verify(message, SignatureParser.Parse(message)!, Secret, "service", Signed);
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Verify_PublishedVectorWithOtherBody_Refused(string file)
    {
        var message = Read(file);
        var changed = new SignedMessage(message.Method, message.Path + "?" + message.Query, message.Headers, [.. message.Body, (byte)'x']);
        Refused(changed, Secret, Signed);
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Verify_PublishedVectorWithOtherSecretOrClock_Refused(string file)
    {
        Refused(Read(file), "another" + Secret, Signed);
        Refused(Read(file), Secret, Signed.AddHours(2));
        Refused(Read(file), Secret, Signed.AddMinutes(-16));
    }

    [Fact]
    public void Vectors_AreThere() => Assert.True(Vectors.Count >= 26, $"only {Vectors.Count} vectors in Cases/AwsEndpoint/sigv4");

    private static void Refused(SignedMessage message, string secret, DateTimeOffset now) => Assert.Throws<SignatureException>(
        () => SignatureVerifier.Verify(message, SignatureParser.Parse(message)!, secret, "service", now));

    /// <summary>A raw request; a header line that begins with a space goes on with the one before, as HTTP/1.1 once allowed.</summary>
    private static SignedMessage Read(string file)
    {
        var text = File.ReadAllText(Path.Combine(Folder, file));
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var lines = text[..end].Split('\n');
        var target = lines[0][(lines[0].IndexOf(' ', StringComparison.Ordinal) + 1)..lines[0].LastIndexOf(' ')];
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var line in lines[1..])
        {
            if (line.StartsWith(' '))
            {
                headers[^1] = new(headers[^1].Key, $"{headers[^1].Value},{line.Trim()}");
            }
            else
            {
                var pair = line.Split(':', 2);
                headers.Add(new(pair[0], pair[1]));
            }
        }

        return new SignedMessage(lines[0].Split(' ')[0], target, headers, Encoding.UTF8.GetBytes(text[(end + 2)..]));
    }
}
