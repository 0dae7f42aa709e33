using System.Text;
using System.Text.Json;
using CsiSecrets.JsonQuery;
using CsiSecrets.JsonQuery.JmesPath;

namespace CsiSecrets.Tests.JsonQuery.JmesPath;

/// <summary>The public compliance suite: one theory row for each case, named file/given/case.</summary>
public sealed class ComplianceTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Cases", "JsonQuery", "jmespath");

    public static TheoryData<string> Ids()
    {
        TheoryData<string> ids = [];
        foreach (string file in Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal))
        {
            using JsonDocument suite = JsonDocument.Parse(File.ReadAllBytes(file));
            for (int given = 0; given < suite.RootElement.GetArrayLength(); given++)
            {
                int cases = suite.RootElement[given].GetProperty("cases").GetArrayLength();
                for (int i = 0; i < cases; i++)
                {
                    ids.Add($"{Path.GetFileNameWithoutExtension(file)}/{given}/{i}");
                }
            }
        }

        return ids;
    }

    [Fact]
    public void Ids_TheSuite_IsWhole() => Assert.Equal(862, Ids().Count);

    [Theory]
    [MemberData(nameof(Ids))]
    public void Search_SuiteCase_GivesItsResultOrError(string id)
    {
        string[] parts = id.Split('/');
        using JsonDocument suite = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, parts[0] + ".json")));
        JsonElement group = suite.RootElement[int.Parse(parts[1])];
        JsonElement one = group.GetProperty("cases")[int.Parse(parts[2])];
        string expression = one.GetProperty("expression").GetString()!;
        JsonTree given = JsonTree.Parse(Encoding.UTF8.GetBytes(group.GetProperty("given").GetRawText()));

        if (one.TryGetProperty("error", out JsonElement error))
        {
            JmesPathException thrown = Assert.Throws<JmesPathException>(() => Run(expression, given));
            Assert.Equal(error.GetString(), ClassOf(thrown.Kind));
        }
        else
        {
            string actual = Encoding.UTF8.GetString(JsonTreeWriter.ToJson(Run(expression, given), 1 << 20));
            using JsonDocument result = JsonDocument.Parse(actual);
            Assert.True(JsonElement.DeepEquals(one.GetProperty("result"), result.RootElement), $"{expression} gave {actual}");
        }
    }

    private static JsonTree Run(string expression, JsonTree given) =>
        JmesPathExpression.Parse(expression).Search(given, TestContext.Current.CancellationToken);

    private static string ClassOf(JmesPathErrorKind kind) => kind switch
    {
        JmesPathErrorKind.Syntax => "syntax",
        JmesPathErrorKind.InvalidType => "invalid-type",
        JmesPathErrorKind.InvalidArity => "invalid-arity",
        JmesPathErrorKind.UnknownFunction => "unknown-function",
        JmesPathErrorKind.InvalidValue => "invalid-value",
        _ => "ours",
    };
}
