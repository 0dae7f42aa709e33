using System.Globalization;
using System.Runtime.CompilerServices;
using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Functions;
using CsiSecrets.Templates.Values;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace CsiSecrets.Templates.Yaml;

/// <summary>
/// fromYaml: the first document as JSON would hold it, scalars by YAML 1.1. Reads YamlDotNet's events, since its node model refuses the
/// duplicate keys that go-yaml allows.
/// </summary>
internal sealed class YamlDecoder
{
    private const string Context = "error converting YAML to JSON: ";

    /// <summary>The scanner below takes time squared in the depth.</summary>
    private const int DeepestNesting = 1000;

    private readonly Parser parser;
    private readonly RenderBudget budget;
    private readonly Dictionary<string, object?> anchors = [];
    private int depth;

    private YamlDecoder(string text, RenderBudget budget)
    {
        parser = new Parser(new StringReader(text));
        this.budget = budget;
    }

    /// <summary>The map; a map with the key Error where the text is no YAML or no map.</summary>
    public static GoMap Decode(GoString text, RenderBudget budget)
    {
        budget.Charge(4L * text.Length);
        try
        {
            return new YamlDecoder(text.ToString(), budget).Document() switch
            {
                GoMap map => map,
                null => GoMap.OfAny(),
                object other => Failure("error unmarshaling JSON: while decoding JSON: json: cannot unmarshal "
                    + JsonName(other) + " into Go value of type map[string]interface {}"),
            };
        }
        catch (YamlException e)
        {
            return Failure(Context + "yaml: " + YamlMessages.OfGo(e));
        }
        catch (GoException e)
        {
            return Failure(Context + e.Message);
        }
    }

    private static GoMap Failure(string message)
    {
        GoMap map = GoMap.OfAny(1);
        map.Set("Error", GoString.From(message));
        return map;
    }

    private static string JsonName(object value) => value switch
    {
        GoList => "array",
        GoString => "string",
        bool => "bool",
        _ => "number",
    };

    private object? Document()
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _))
        {
            return null;
        }

        parser.Consume<DocumentStart>();
        return Node();
    }

    private object? Node()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (++depth > DeepestNesting)
        {
            throw GoException.Plain($"yaml: nested deeper than {DeepestNesting} levels");
        }

        budget.Step();
        budget.Charge(48);
        if (parser.Current is AnchorAlias alias)
        {
            parser.MoveNext();
            depth--;
            string name = alias.Value.Value;
            return anchors.TryGetValue(name, out object? held)
                ? held is null ? null : DeepCopy.Of(budget, held)
                : throw GoException.Plain($"yaml: unknown anchor '{name}' referenced");
        }

        AnchorName anchor = parser.Current is NodeEvent node ? node.Anchor : AnchorName.Empty;
        object? value = parser.Current switch
        {
            MappingStart => Mapping(),
            SequenceStart => Sequence(),
            _ => Scalar(parser.Consume<Scalar>()),
        };
        depth--;
        if (!anchor.IsEmpty)
        {
            anchors[anchor.Value] = value;
        }

        return value;
    }

    private bool TakeEnd<T>()
        where T : ParsingEvent
    {
        bool ends = parser.Current is T;
        if (ends)
        {
            parser.MoveNext();
        }

        return ends;
    }

    private GoList Sequence()
    {
        parser.Consume<SequenceStart>();
        List<object?> items = [];
        while (!TakeEnd<SequenceEnd>())
        {
            items.Add(Node());
        }

        return GoList.Of([.. items]);
    }

    private GoMap Mapping()
    {
        parser.Consume<MappingStart>();
        GoMap map = GoMap.OfAny();
        while (!TakeEnd<MappingEnd>())
        {
            bool merge = parser.Current is Scalar { Value: "<<", IsPlainImplicit: true };
            object? key = Node();
            object? value = Node();
            if (merge)
            {
                Merge(map, value);
            }
            else
            {
                map.Set(Key(key), value);
            }
        }

        return map;
    }

    private static void Merge(GoMap map, object? value)
    {
        IEnumerable<object?> sources = value is GoList list ? list.Items.Reverse() : [value];
        foreach (object? source in sources)
        {
            if (source is not GoMap from)
            {
                throw GoException.Plain("yaml: map merge requires map or sequence of maps as the value");
            }

            foreach (KeyValuePair<GoString, object?> entry in from.Sorted())
            {
                map.Set(entry.Key, entry.Value);
            }
        }
    }

    private static GoString Key(object? key) => key switch
    {
        GoString text => text,
        bool boolean => GoString.From(boolean ? "true" : "false"),
        double number when Math.Truncate(number) == number && Math.Abs(number) < 1e18 => GoString.From(((long)number).ToString(CultureInfo.InvariantCulture)),
        double number => GoString.From(FloatText.Shortest(number)),
        null => throw GoException.Plain("Unsupported map key of type: %!s(<nil>), key: <nil>, value: <nil>"),
        _ => throw GoException.Plain("yaml: invalid map key"),
    };

    private static object? Scalar(Scalar scalar)
    {
        string tag = scalar.Tag.IsEmpty ? "" : scalar.Tag.Value;
        if (tag == "tag:yaml.org,2002:binary")
        {
            return Base64(scalar.Value);
        }

        bool plain = scalar.Style == ScalarStyle.Plain || tag.Length > 0;
        if (!plain || tag is "tag:yaml.org,2002:str" or "!")
        {
            return GoString.From(scalar.Value);
        }

        return YamlResolver.Resolve(scalar.Value, out _) switch
        {
            null => GoString.From(scalar.Value),
            DBNull => null,
            bool boolean => Boxed.Bool(boolean),
            Int128 integer => (double)integer,
            double number when double.IsFinite(number) => number,
            object number => throw GoException.Plain("json: unsupported value: " + FloatText.Shortest((double)number)),
        };
    }

    private static GoString Base64(string text)
    {
        try
        {
            byte[] bytes = Convert.FromBase64String(text);
            return Utf8.IsValid(bytes) ? new GoString(bytes) : Utf8.FromRunes(Utf8.Runes(bytes));
        }
        catch (FormatException)
        {
            throw GoException.Plain("yaml: !!binary value contains invalid base64 data");
        }
    }
}
