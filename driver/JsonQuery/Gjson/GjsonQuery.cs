using System.Globalization;

namespace CsiSecrets.JsonQuery.Gjson;

/// <summary>The condition in <c>#(path op value)</c>; without an operator: the path exists.</summary>
internal sealed record GjsonQuery
{
    public required string Path { get; init; }

    /// <summary>One of = != &lt; &lt;= &gt; &gt;= % !%, or empty.</summary>
    public required string Operator { get; init; }

    public required string Value { get; init; }

    public bool All { get; init; }

    /// <param name="path">It begins with <c>#(</c>, or <c>#[</c> as it was written once.</param>
    /// <param name="end">Where the query ends.</param>
    public static GjsonQuery? TryParse(string path, out int end)
    {
        int depth = 1;
        int op = -1;
        for (end = 2; end < path.Length; end++)
        {
            char c = path[end];
            if (depth == 1 && op < 0 && c is ('!' or '=' or '<' or '>' or '%'))
            {
                op = end;
                continue;
            }

            switch (c)
            {
                case '\\':
                    end++;
                    break;
                case '(' or '[':
                    depth++;
                    break;
                case ')' or ']':
                    depth--;
                    break;
                case '"':
                    end = GjsonText.EndOfString(path, end);
                    break;
            }

            if (depth == 0)
            {
                return Make(path[2..(op < 0 ? end : op)], op < 0 ? "" : path[op..end], ref end);
            }
        }

        return null;
    }

    public bool Matches(GjsonNode? found)
    {
        string value = Value;
        if (value.StartsWith('~'))
        {
            bool? holds = value switch
            {
                "~*" => found is not null,
                "~null" => found is null or { Kind: JsonKind.Null },
                "~true" => found is not null && Truth(found) == true,
                "~false" => found is null or { Kind: JsonKind.Null } || Truth(found) == false,
                _ => null,
            };
            return holds is { } truth && Compare(truth ? "true" : "false", "true", isBoolean: true);
        }

        return found is not null && (Operator.Length == 0 || found.Kind switch
        {
            JsonKind.String => Compare(found.Text, value, isBoolean: false),
            JsonKind.Number => Compare(found.Number, double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double n) ? n : 0),
            JsonKind.Boolean => Compare(found.Text, value, isBoolean: true),
            _ => false,
        });
    }

    private static GjsonQuery Make(string path, string condition, ref int end)
    {
        end++;
        int length = condition.Length == 0 ? 0
            : condition.StartsWith("!=", StringComparison.Ordinal) || condition.StartsWith("!%", StringComparison.Ordinal)
            || condition.StartsWith("<=", StringComparison.Ordinal) || condition.StartsWith(">=", StringComparison.Ordinal)
            || condition.StartsWith("==", StringComparison.Ordinal) ? 2
            : 1;
        string op = condition[..length];
        string value = condition[length..].Trim();
        if (value.Length >= 2 && value[0] == '"' && value[^1] == '"')
        {
            value = GjsonReader.TryRead(System.Text.Encoding.UTF8.GetBytes(value)) is { Kind: JsonKind.String } text ? text.Text : value[1..^1];
        }

        return new GjsonQuery { Path = path.Trim(), Operator = op == "==" ? "=" : op, Value = value };
    }

    private bool Compare(string left, string right, bool isBoolean)
    {
        if (isBoolean && right is not ("true" or "false"))
        {
            return Operator is "!=" || (Operator == ">=" && left == "true") || (Operator == "<=" && left == "false");
        }

        // "false" is before "true" in the order of texts too.
        int order = string.CompareOrdinal(left, right);
        return Operator switch
        {
            "=" => order == 0,
            "!=" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            ">=" => order >= 0,
            "%" => !isBoolean && Wildcard.Matches(left, right),
            "!%" => !isBoolean && !Wildcard.Matches(left, right),
            _ => false,
        };
    }

    private bool Compare(double left, double right) => Operator switch
    {
        "=" => left == right,
        "!=" => left != right,
        "<" => left < right,
        "<=" => left <= right,
        ">" => left > right,
        ">=" => left >= right,
        _ => false,
    };

    /// <summary>True or false as a value comes close to one; null for neither.</summary>
    private static bool? Truth(GjsonNode value) => value.Kind switch
    {
        JsonKind.Boolean => value.Text == "true",
        JsonKind.Number => value.Number != 0,
        JsonKind.String => value.Text.ToLowerInvariant() switch
        {
            "1" or "t" or "true" => true,
            "0" or "f" or "false" => false,
            _ => null,
        },
        _ => null,
    };
}
