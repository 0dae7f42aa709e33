using CsiSecrets.Model.PeerWords;
using YamlDotNet.RepresentationModel;

namespace CsiSecrets.Providers.Objects;

/// <summary>The parameters that lay out a class's files, the same for every provider: <c>objects</c> and <c>pathTranslation</c>.</summary>
internal static class ObjectsParameter
{
    /// <summary>The parameter whose templates make files of the objects' values.</summary>
    public const string Templates = "templates";

    /// <summary>Reads what the entries' files are like.</summary>
    public static ShapeReader ReadShapes(ClassParameters parameters, FieldErrors errors) =>
        new(ReadSlash(parameters, errors), parameters.Values.ContainsKey(Templates));

    /// <summary>What stands for <c>/</c> in a file name; null when folders are made.</summary>
    public static char? ReadSlash(ClassParameters parameters, FieldErrors errors)
    {
        string? text = parameters.Values.GetValueOrDefault("pathTranslation");
        if (string.IsNullOrEmpty(text))
        {
            return '_';
        }

        if (text.Equals("false", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (text.Length != 1)
        {
            errors.Add("pathTranslation", AwsProviderWords.PathTranslation);
        }

        return text[0];
    }

    /// <summary>The entries of <c>objects</c>.</summary>
    public static IReadOnlyList<YamlFields> ReadEntries(ClassParameters parameters, FieldErrors errors)
    {
        string? text = parameters.Values.GetValueOrDefault("objects");
        if (string.IsNullOrWhiteSpace(text))
        {
            errors.Add("objects", "is required: a YAML list of objects ([] for none)");
            return [];
        }

        switch (YamlLists.Parse(text, "objects", AwsProviderWords.LoadFailed, errors))
        {
            case YamlSequenceNode list:
                return YamlLists.Maps(list, "objects", errors);
            case null or YamlScalarNode { Value: null or "" or "~" or "null" }:
                return [];
            default:
                errors.Add("objects", $"{AwsProviderWords.LoadFailed}: must be a YAML list");
                return [];
        }
    }
}
