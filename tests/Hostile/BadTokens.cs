using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Hostile;

/// <summary>Texts in the place of the kubelet's tokens, each made from the good one. All hold the marker of a token where they can.</summary>
internal static class BadTokens
{
    private const string Audience = NodeUnderTest.FirstAudience;

    private static readonly IReadOnlyDictionary<string, Func<string, string>> All = new Dictionary<string, Func<string, string>>
    {
        ["no JSON"] = static _ => "{",
        ["a text"] = static _ => "\"x\"",
        ["an array"] = static _ => "[]",
        ["null"] = static _ => "null",
        ["truncated in the middle"] = static good => good[..(good.Length / 2)],
        ["truncated by one"] = static good => good[..^1],
        ["trailing"] = static good => good + "{}",
        ["comment"] = static good => "/* */" + good,
        ["nested deep"] = static _ => Repeat("{\"" + Audience + "\":", 5000) + "1" + new string('}', 5000),
        ["arrays nested deep"] = static _ => "{\"" + Audience + "\":" + new string('[', 100_000) + new string(']', 100_000) + "}",
        ["1 MiB of nothing"] = static good => good[..^1] + ",\"x\":\"" + new string('x', 1_000_000) + "",
        ["entry a text"] = static _ => Entry("\"x\""),
        ["entry null"] = static _ => Entry("null"),
        ["token absent"] = static good => Edit(good, e => e.Remove("token")),
        ["token null"] = static good => Edit(good, e => e["token"] = null),
        ["token a number"] = static good => Edit(good, e => e["token"] = 1),
        ["token empty"] = static good => Edit(good, e => e["token"] = ""),
        ["token one part"] = static good => Edit(good, e => e["token"] = UnsignedTokens.Marker),
        ["token two parts"] = static good => Edit(good, e => e["token"] = "e30." + UnsignedTokens.Marker),
        ["token no base64"] = static good => Edit(good, e => e["token"] = $"e30.!!{UnsignedTokens.Marker}!!.x"),
        ["token lone surrogate"] = static good => good.Replace("\"token\":\"", "\"token\":\"\\ud800", StringComparison.Ordinal),
        ["expiry absent"] = static good => Edit(good, e => e.Remove("expirationTimestamp")),
        ["expiry no time"] = static good => Edit(good, e => e["expirationTimestamp"] = "tomorrow"),
        ["expiry a number"] = static good => Edit(good, e => e["expirationTimestamp"] = 1772442000),
        ["expiry in year 10000"] = static good => Edit(good, e => e["expirationTimestamp"] = "10000-01-01T00:00:00Z"),
        ["audience twice"] = static good => good[..^1] + "," + good[1..],
        ["claims no JSON"] = static good => Payload(good, "{"u8.ToArray()),
        ["claims an array"] = static good => Payload(good, "[]"u8.ToArray()),
        ["claims nested deep"] = static good => Payload(good, Encoding.UTF8.GetBytes(new string('[', 100_000))),
        ["claims no UTF-8"] = static good => Payload(good, [0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
        ["claims empty"] = static good => Payload(good, "{}"u8.ToArray()),
        ["aud absent"] = static good => Claims(good, c => c.Remove("aud")),
        ["aud a number"] = static good => Claims(good, c => c["aud"] = 1),
        ["aud another"] = static good => Claims(good, c => c["aud"] = "vault"),
        ["aud list of numbers"] = static good => Claims(good, c => c["aud"] = new JsonArray(1, 2)),
        ["kubernetes.io absent"] = static good => Claims(good, c => c.Remove("kubernetes.io")),
        ["kubernetes.io a text"] = static good => Claims(good, c => c["kubernetes.io"] = "x"),
        ["of another namespace"] = static good => Claims(good, c => c["kubernetes.io"]!["namespace"] = "bank"),
        ["of another account"] = static good => Claims(good, c => c["kubernetes.io"]!["serviceaccount"]!["name"] = "admin"),
        ["of a homoglyph's account"] = static good => Claims(good, c => c["kubernetes.io"]!["serviceaccount"]!["name"] = "defаult"),
        ["of another pod"] = static good => Claims(good, c => c["kubernetes.io"]!["pod"]!["uid"] = "x"),
        ["of no pod"] = static good => Claims(good, c => c["kubernetes.io"]!.AsObject().Remove("pod")),
        ["account's uid absent"] = static good => Claims(good, c => c["kubernetes.io"]!["serviceaccount"]!.AsObject().Remove("uid")),
        ["account's uid a number"] = static good => Claims(good, c => c["kubernetes.io"]!["serviceaccount"]!["uid"] = 7),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    public static string Of(string name, string good) => All[name](good);

    private static string Repeat(string text, int times) => string.Create(CultureInfo.InvariantCulture, $"{new StringBuilder().Insert(0, text, times)}");

    private static string Entry(string json) => $$"""{"{{Audience}}":{{json}}}""";

    private static string Edit(string good, Action<JsonObject> change)
    {
        JsonNode all = JsonNode.Parse(good)!;
        change(all[Audience]!.AsObject());
        return all.ToJsonString();
    }

    private static string Payload(string good, byte[] payload) => Edit(good, e =>
    {
        string[] parts = ((string)e["token"]!).Split('.');
        e["token"] = $"{parts[0]}.{Base64Url.EncodeToString(payload)}.{parts[2]}";
    });

    private static string Claims(string good, Action<JsonObject> change) => Edit(good, e =>
    {
        string[] parts = ((string)e["token"]!).Split('.');
        JsonObject claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject();
        change(claims);
        e["token"] = $"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}.{parts[2]}";
    });
}
