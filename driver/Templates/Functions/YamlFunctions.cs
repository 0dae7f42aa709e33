using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Values;
using CsiSecrets.Templates.Yaml;

namespace CsiSecrets.Templates.Functions;

/// <summary>The operator's toYaml and fromYaml; neither fails.</summary>
internal static class YamlFunctions
{
    public static FunctionList Functions() => new()
    {
        { "toYaml", [GoType.Interface], static (c, a) => ToYaml(c, a[0]) },
        { "fromYaml", [GoType.String], static (c, a) => YamlDecoder.Decode((GoString)a[0]!, c.Budget) },
    };

    private static GoString ToYaml(RenderContext context, object? value)
    {
        try
        {
            return YamlEncoder.Encode(context, value);
        }
        catch (GoException)
        {
            return GoString.Empty;
        }
    }
}
