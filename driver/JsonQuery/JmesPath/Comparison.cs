namespace CsiSecrets.JsonQuery.JmesPath;

/// <summary>Truth, equality and order as the language has them.</summary>
internal static class Comparison
{
    public static bool IsTrue(JsonTree value) => value.Kind switch
    {
        JsonKind.Null => false,
        JsonKind.Boolean => ReferenceEquals(value, JsonTree.True),
        JsonKind.String => value.Text.Length > 0,
        JsonKind.Number => true,
        _ => value.Count > 0,
    };

    /// <summary>Deep equality; numbers by value, objects whatever the order of their members.</summary>
    public static bool AreEqual(JsonTree left, JsonTree right, Budget budget)
    {
        budget.Charge(1);
        if (left.Kind != right.Kind || left.Count != right.Count)
        {
            return false;
        }

        return left.Kind switch
        {
            JsonKind.Array => ItemsEqual(left, right, budget),
            JsonKind.Object => MembersEqual(left, right, budget),
            JsonKind.Number => left.Text == right.Text || JsonNumber.Compare(left, right) == 0,
            _ => left.Text == right.Text,
        };
    }

    public static JsonTree Compare(TokenKind comparator, JsonTree left, JsonTree right, Budget budget)
    {
        if (comparator is TokenKind.Equal or TokenKind.NotEqual)
        {
            return JsonTree.Of(AreEqual(left, right, budget) == (comparator == TokenKind.Equal));
        }

        if (left.Kind != JsonKind.Number || right.Kind != JsonKind.Number)
        {
            return JsonTree.Null;
        }

        int order = JsonNumber.Compare(left, right);
        return JsonTree.Of(comparator switch
        {
            TokenKind.Less => order < 0,
            TokenKind.LessOrEqual => order <= 0,
            TokenKind.Greater => order > 0,
            _ => order >= 0,
        });
    }

    /// <summary>Orders two numbers, or two strings by code point.</summary>
    public static int Order(JsonTree left, JsonTree right) =>
        left.Kind == JsonKind.Number ? JsonNumber.Compare(left, right) : OrderText(left.Text, right.Text);

    private static int OrderText(string left, string right)
    {
        int shared = left.AsSpan().CommonPrefixLength(right);
        if (shared == left.Length || shared == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        // UTF-16 puts the surrogates below U+E000..U+FFFF, code points put them above.
        (char a, char b) = (left[shared], right[shared]);
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
    }

    private static bool ItemsEqual(JsonTree left, JsonTree right, Budget budget)
    {
        for (int i = 0; i < left.Items.Count; i++)
        {
            if (!AreEqual(left.Items[i], right.Items[i], budget))
            {
                return false;
            }
        }

        return true;
    }

    private static bool MembersEqual(JsonTree left, JsonTree right, Budget budget)
    {
        foreach ((string name, JsonTree value) in left.Members)
        {
            if (right.Member(name) is not { } other || !AreEqual(value, other, budget))
            {
                return false;
            }
        }

        return true;
    }
}
