using System.Text;
using CsiSecrets.JsonQuery;
using CsiSecrets.JsonQuery.JmesPath;
using CsiSecrets.Model;
using CsiSecrets.Providers.Objects;
using CsiSecrets.Tests.Harness;
using CsiSecrets.Tests.Sync;

namespace CsiSecrets.Tests.Hostile;

/// <summary>Values at the provider made to blow up whoever looks into them, and expressions made to blow up on any value: each look ends soon,
/// in a value or in one readable line without a word of the value, and the next object is served.</summary>
public sealed class BombTests
{
    private const string Marker = "m4rk3r";


    private static readonly Dictionary<string, Func<byte[]>> Values = new()
    {
        ["lists 100,000 deep"] = static () => Utf8(new string('[', 100_000) + $"\"{Marker}\"" + new string(']', 100_000)),
        ["maps 100,000 deep"] = static () => Utf8(new StringBuilder().Insert(0, "{\"a\":", 100_000).Append($"\"{Marker}\"").Append('}', 100_000).ToString()),
        ["never closed"] = static () => Utf8($"{{\"a\":\"{Marker}\"," + new string('[', 1_000_000)),
        ["exponent of 1e9"] = static () => Utf8($"{{\"a\":1e999999999,\"b\":-1e-999999999,\"c\":\"{Marker}\"}}"),
        ["a million digits"] = static () => Utf8($"{{\"a\":{new string('9', 1_000_000)},\"c\":\"{Marker}\"}}"),
        ["100,000 equal keys"] = static () => Utf8("{" + string.Join(',', Enumerable.Repeat($"\"a\":\"{Marker}\"", 100_000)) + "}"),
        ["100,000 keys"] = static () => Utf8("{" + string.Join(',', Enumerable.Range(0, 100_000).Select(static i => $"\"k{i}\":\"{Marker}\"")) + "}"),
        ["half a surrogate"] = static () => Utf8($"{{\"a\":\"\\ud800{Marker}\",\"\\udc00\":1}}"),
        ["no UTF-8"] = static () => [.. Utf8($"{{\"a\":\"{Marker}"), 0xff, 0xfe, .. Utf8("\"}")],
        ["10 MB of text"] = static () => Utf8($"{{\"a\":\"{Marker}{new string('x', 10_000_000)}\"}}"),
        ["10 MB of escapes"] = static () => Utf8($"{{\"a\":\"{Marker}{new StringBuilder().Insert(0, "\\u0000", 1_600_000)}\"}}"),
        ["a list of 1,000,000"] = static () => Utf8($"[{string.Join(',', Enumerable.Repeat("1", 1_000_000))},\"{Marker}\"]"),
        ["nothing"] = static () => [],
        ["NULs"] = static () => [.. new byte[100_000], .. Utf8(Marker)],
    };

    private static readonly string[] Entries =
    [
        "data: [{secretKey: k, remoteRef: {key: db, property: a}}]",
        "data: [{secretKey: k, remoteRef: {key: db, property: a.a.a.a}}]",
        "data: [{secretKey: k, remoteRef: {key: db, property: '..#.a'}}]",
        "data: [{secretKey: k, remoteRef: {key: db, property: '@this|@pretty|@ugly|@reverse|@flatten:{\"deep\":true}|@tostr|@tostr|@tostr'}}]",
        "data: [{secretKey: k, remoteRef: {key: db, property: '#(a%\"*a*a*a*a*a*a*a*a*b\")#.a'}}]",
        "data: [{secretKey: k, remoteRef: {key: db, property: '*a*a*a*a*a*a*a*a*a*b'}}]",
        "data: [{secretKey: k, remoteRef: {key: db, decodingStrategy: Auto}}]",
        "data: [{secretKey: k, remoteRef: {key: db, decodingStrategy: Base64URL, nullBytePolicy: Fail}}]",
        "dataFrom: [{extract: {key: db}}]",
        "dataFrom: [{extract: {key: db, property: a, conversionStrategy: Unicode, decodingStrategy: Base64}}]",
        "dataFrom: [{extract: {key: db}, rewrite: [{regexp: {source: '(a|aa|k)*(0|9)*$', target: '$1$1$1$1$1$1$1$1'}}]}]",
        "dataFrom: [{extract: {key: db}, rewrite: [{transform: {template: '{{ repeat 1000000000 .value }}'}}]}]",
        "dataFrom: [{extract: {key: db}, rewrite: [{transform: {template: '{{ range untilStep 0 1000000000 1 }}{{ . }}{{ end }}'}}]}]",
        "dataFrom: [{extract: {key: db}, rewrite: [{merge: {strategy: JSON, into: all}}]}]",
        "target: {template: {data: {x: '{{ range untilStep 0 1000000000 1 }}{{ . }}{{ end }}'}}}, data: [{secretKey: k, remoteRef: {key: db}}]",
        "target: {template: {data: {x: '{{ .k | fromJson | toJson | repeat 1000 | b64enc }}'}}}, data: [{secretKey: k, remoteRef: {key: db}}]",
    ];

    public static TheoryData<string> Names => [.. Values.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Value_ThatBlowsUp_IsAValueOrOneLine_AndTheNextIsServed(string name)
    {
        await using ControllerUnderTest controller = await ControllerUnderTest.StartAsync();
        controller.Remote.Put("db", Values[name]());
        controller.Remote.Put("good", "fine");
        for (int i = 0; i < Entries.Length; i++)
        {
            controller.ExternalSecret($"{{secretStoreRef: {{name: main}}, {Entries[i]}}}", $"bomb-{i}");
        }

        controller.ExternalSecret("{secretStoreRef: {name: main}, data: [{secretKey: k, remoteRef: {key: good}}]}", "good");
        await controller.SyncedAsync("good");
        for (int i = 0; i < Entries.Length; i++)
        {
            await ControllerUnderTest.UntilAsync(() => controller.Ready(name: $"bomb-{i}").Length > 0, $"a condition for {Entries[i]}");
            Remains.Says(controller.Ready(name: $"bomb-{i}"));
        }

        Assert.Equal("fine", controller.Data("good")!["k"]);
        new MarkerSearch(Marker).AssertNone(
            controller.Api, controller.Logs, [("metrics", controller.Meters.Expose()), .. controller.Api.All("externalsecrets").Select(static e => ("status", e["status"]!.ToJsonString()))]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task JmesPath_OnAValueThatBlowsUp_Ends(string name)
    {
        using SecretBytes value = SecretBytes.Copy(Values[name]());
        foreach (string expression in (string[])
            ["a", "a.a.a.a", "@", "keys(@)", "values(@)", "to_string(@)", "[*][*][*]", "[][][][]", "sort(@)", "max(@)", "join('', values(@))", "reverse(@)", "length(@)",
             "{a: @, b: @, c: @} | {a: @, b: @, c: @} | {a: @, b: @, c: @} | {a: @, b: @, c: @} | {a: @, b: @, c: @} | {a: @, b: @, c: @} | {a: @, b: @, c: @}"])
        {
            await Task.Run(() => Search(value, expression), TestContext.Current.CancellationToken).WaitAsync(Wait.Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Decoding_OfAValueThatBlowsUp_Ends(string name)
    {
        using SecretBytes value = SecretBytes.Copy(Values[name]());
        await Task.Run(() =>
        {
            foreach (DecodingStrategy strategy in Enum.GetValues<DecodingStrategy>())
            {
                Assert.DoesNotContain(Marker, Said(() => ValueDecoder.Decode(value, strategy).Dispose()));
            }
        }, TestContext.Current.CancellationToken).WaitAsync(Wait.Patience, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    private static void Search(SecretBytes value, string expression) => Assert.DoesNotContain(Marker, Said(() => JmesPaths.Search(value, expression)?.Dispose()));

    private static string Said(Action act)
    {
        Exception? e = Record.Exception(act);
        Assert.True(e is null or FormatException or JsonTreeException or JmesPathException, $"{e}");
        return e?.ToString() ?? "";
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
