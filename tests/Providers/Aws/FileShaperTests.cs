using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Aws;
using CsiSecrets.Providers.Objects;

namespace CsiSecrets.Tests.Providers.Aws;

public class FileShaperTests
{
    private const string Marker = "marker-8c1f";

    private static Dictionary<string, string> Shape(string fields, string value, params (string, string)[] more)
    {
        var values = more.ToDictionary(m => m.Item1, m => m.Item2);
        values["objects"] = $"[{{objectName: app/db, objectType: secretsmanager, {fields}}}]";
        AwsClassPlan plan = new AwsClassReader("us-east-1").Read(new ClassParameters("shop/db", values));
        using SecretBytes content = SecretBytes.FromText(value);
        IReadOnlyList<ShapedFile> files = FileShaper.Shape((ShapedObject)plan.Objects[0], "shop/db", AwsVersion.Shown("v1|AbCdEf"), content);
        Assert.All(files, f => Assert.Equal(("v1", f.File.Path), (f.Version, f.Id)));
        return files.ToDictionary(f => f.File.Path, f => System.Text.Encoding.Latin1.GetString(f.File.Content.Span));
    }

    private static string Error(string fields, string value)
    {
        SecretsException why = Assert.Throws<SecretsException>(() => Shape(fields, value));
        Assert.Equal(FailureReason.ValueInvalid, why.Reason);
        Assert.DoesNotContain(Marker, why.ToString(), StringComparison.Ordinal);
        Assert.Contains("object app/db", why.Message, StringComparison.Ordinal);
        return why.Message;
    }

    [Theory]
    [InlineData("s", "t\"x")]
    [InlineData("n", "1.50")]
    [InlineData("b", "false")]
    [InlineData("o", "{\"x\":[1,null]}")]
    [InlineData("a", "[]")]
    [InlineData("e", "")]
    public void Shape_JmesPathOfEachType_IsWritten(string path, string text)
    {
        const string Value = """{"s": "t\"x", "n": 1.50, "b": false, "o": {"x": [1, null]}, "a": [], "e": ""}""";
        Dictionary<string, string> files = Shape($"jmesPath: [{{path: {path}, objectAlias: x}}]", Value);
        Assert.Equal((text, Value), (files["x"], files["app_db"]));
    }

    [Fact]
    public void Shape_OmitRaw_WritesThePartsAlone() =>
        Assert.Equal(["x"], Shape("omitRaw: true, jmesPath: [{path: a, objectAlias: x}]", """{"a": "1"}""").Keys);

    [Fact]
    public void Shape_Expand_WritesEachKey()
    {
        Dictionary<string, string> files = Shape("expand: true, expandPrefix: db/", """{"user": "u", "port": 5432, "u": "x", "u": "y", "t\u0041": {"k" : 1}, "z": null}""");
        Assert.Equal(
            new Dictionary<string, string> { ["db_user"] = "u", ["db_port"] = "5432", ["db_u"] = "y", ["db_tA"] = "{\"k\" : 1}", ["db_z"] = "null" }, files);
    }

    [Theory]
    [InlineData("decodingStrategy: base64", "aGk/", "hi?")]
    [InlineData("decodingStrategy: base64url", "aGk_", "hi?")]
    [InlineData("decodingStrategy: base64url", "aGk", "hi")]
    [InlineData("decodingStrategy: hex", "68693f\n", "hi?")]
    [InlineData("decodingStrategy: none", "aGk/", "aGk/")]
    public void Shape_Decoding_IsApplied(string fields, string value, string text) => Assert.Equal(text, Shape(fields, value)["app_db"]);

    [Fact]
    public void Shape_DecodedDocument_IsSearched() => Assert.Equal("1", Shape("decodingStrategy: base64, jmesPath: [{path: a, objectAlias: x}]", "eyJhIjoxfQ==")["x"]);

    [Theory]
    [InlineData("jmesPath: [{path: a, objectAlias: x}]", "{\"a\": " + Marker, "Invalid JSON used with jmesPath in secret: app/db.")]
    [InlineData("jmesPath: [{path: a, objectAlias: x}]", "{\"b\": \"" + Marker + "\"}", "JMES Path - a for object alias - x does not point to a valid object.")]
    [InlineData("jmesPath: [{path: 'abs(a)', objectAlias: x}]", "{\"a\": \"" + Marker + "\"}", "Invalid JMES Path: abs(a).")]
    [InlineData("expand: true", "[\"" + Marker + "\"]", "the value is not a JSON object")]
    [InlineData("expand: true", Marker, "the value is not JSON")]
    [InlineData("decodingStrategy: base64", Marker + "*", "the value is not base64")]
    [InlineData("decodingStrategy: hex", Marker, "the value is not hex")]
    [InlineData("expand: true, expandDecodingStrategy: hex", "{\"k\": \"" + Marker + "\"}", "expand: key k: the value is not hex")]
    public void Shape_WrongValue_SaysWhyAndNeverTheValue(string fields, string value, string error) =>
        Assert.Contains(error, Error(fields, value), StringComparison.Ordinal);
}
