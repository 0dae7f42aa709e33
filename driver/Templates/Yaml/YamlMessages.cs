using YamlDotNet.Core;

namespace CsiSecrets.Templates.Yaml;

/// <summary>go-yaml's words for what the parser complains of, where both have the same complaint.</summary>
internal static class YamlMessages
{
    public static string OfGo(YamlException failure)
    {
        string text = failure.Message;
        string line = $"line {failure.Start.Line}: ";
        if (text.Contains("mapping values", StringComparison.OrdinalIgnoreCase) || text.Contains("invalid mapping", StringComparison.OrdinalIgnoreCase))
        {
            return (failure.Start.Line > 1 ? line : "") + "mapping values are not allowed in this context";
        }

        if (text.Contains("node content", StringComparison.OrdinalIgnoreCase))
        {
            // go-yaml's parser, unlike its scanner, counts lines from 0, and does not tell the first.
            return (failure.Start.Line > 1 ? $"line {failure.Start.Line - 1}: " : "") + "did not find expected node content";
        }

        return line + "could not parse";
    }
}
