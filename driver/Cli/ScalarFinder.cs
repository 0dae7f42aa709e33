using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace CsiSecrets.Cli;

/// <summary>Finds a text in a YAML file by its path.</summary>
internal static class ScalarFinder
{
    /// <param name="yaml">The file, known to be YAML.</param>
    /// <param name="documentLine">The line where the document starts, from 1.</param>
    /// <param name="path">Keys and indexes, see <see cref="FieldPath"/>.</param>
    /// <returns>Null where the path leads to no text.</returns>
    public static ScalarPlace? Find(string yaml, long documentLine, IReadOnlyList<string> path)
    {
        var events = new Parser(new StringReader(yaml));
        while (events.MoveNext())
        {
            if (events.Current is not DocumentStart || !events.MoveNext())
            {
                continue;
            }

            if (events.Current!.Start.Line == documentLine)
            {
                return Descend(events, path, 0) is { } scalar ? new ScalarPlace(scalar, yaml.Split('\n')) : null;
            }
        }

        return null;
    }

    private static Scalar? Descend(Parser events, IReadOnlyList<string> path, int depth)
    {
        if (depth == path.Count)
        {
            return events.Current as Scalar;
        }

        bool isMap = events.Current is MappingStart;
        if (!isMap && events.Current is not SequenceStart)
        {
            return null;
        }

        events.MoveNext();
        for (int i = 0; events.Current is not (MappingEnd or SequenceEnd); i++)
        {
            string name = isMap ? (events.Current as Scalar)?.Value ?? "" : i.ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (isMap)
            {
                Skip(events);
            }

            if (name == path[depth])
            {
                return Descend(events, path, depth + 1);
            }

            Skip(events);
        }

        return null;
    }

    /// <summary>Moves past one node.</summary>
    private static void Skip(Parser events)
    {
        int open = 0;
        do
        {
            open += events.Current switch
            {
                MappingStart or SequenceStart => 1,
                MappingEnd or SequenceEnd => -1,
                _ => 0,
            };
            events.MoveNext();
        }
        while (open > 0);
    }
}
