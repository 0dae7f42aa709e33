namespace CsiSecrets.JsonQuery.JmesPath;

/// <summary>Walks the syntax tree. Recursion is bounded by the tree's depth, work by the budget.</summary>
internal sealed class Evaluator(Budget budget)
{
    public Budget Budget => budget;

    public JsonTree Evaluate(Expression expression, JsonTree current)
    {
        budget.Charge(1);
        IReadOnlyList<Expression> parts = expression.Children;
        return expression.Kind switch
        {
            ExpressionKind.Current => current,
            ExpressionKind.Literal => expression.Literal,
            ExpressionKind.Field => current.Member(expression.Name) ?? JsonTree.Null,
            ExpressionKind.Index => Index(current, expression.Index),
            ExpressionKind.Slice => SliceOf(current, expression.Slice),
            ExpressionKind.Chain => Evaluate(parts[1], Evaluate(parts[0], current)),
            ExpressionKind.Flatten => Flatten(Evaluate(parts[0], current)),
            ExpressionKind.ListProjection or ExpressionKind.FilterProjection => ProjectItems(expression, Evaluate(parts[0], current)),
            ExpressionKind.ValueProjection => ProjectValues(expression, Evaluate(parts[0], current)),
            ExpressionKind.MultiSelectList => current.IsNull ? current : JsonTree.OfArray([.. parts.Select(p => Evaluate(p, current))]),
            ExpressionKind.MultiSelectHash => current.IsNull ? current : Hash(expression, current),
            ExpressionKind.Not => JsonTree.Of(!Comparison.IsTrue(Evaluate(parts[0], current))),
            ExpressionKind.Or or ExpressionKind.And => Choose(expression, current),
            ExpressionKind.Comparison => Comparison.Compare(
                expression.Operator, Evaluate(parts[0], current), Evaluate(parts[1], current), budget),
            ExpressionKind.Call => Invoke(expression, current),
            _ => throw new InvalidOperationException($"a {expression.Kind} has no value"),
        };
    }

    private static JsonTree Index(JsonTree current, int index)
    {
        int position = index < 0 ? index + current.Items.Count : index;
        return position >= 0 && position < current.Items.Count ? current.Items[position] : JsonTree.Null;
    }

    private JsonTree SliceOf(JsonTree current, Slice slice)
    {
        if (current.Kind != JsonKind.Array)
        {
            return JsonTree.Null;
        }

        budget.Charge(current.Count);
        return JsonTree.OfArray([.. slice.Positions(current.Count).Select(position => current.Items[position])]);
    }

    private JsonTree Flatten(JsonTree source)
    {
        if (source.Kind != JsonKind.Array)
        {
            return JsonTree.Null;
        }

        List<JsonTree> flat = [];
        foreach (JsonTree item in source.Items)
        {
            budget.Charge(1 + item.Items.Count);
            if (item.Kind == JsonKind.Array)
            {
                flat.AddRange(item.Items);
            }
            else
            {
                flat.Add(item);
            }
        }

        return JsonTree.OfArray(flat);
    }

    private JsonTree ProjectItems(Expression projection, JsonTree source)
    {
        if (source.Kind != JsonKind.Array)
        {
            return JsonTree.Null;
        }

        Expression? condition = projection.Kind == ExpressionKind.FilterProjection ? projection.Children[2] : null;
        IEnumerable<JsonTree> chosen = source.Items.Where(item => condition is null || Comparison.IsTrue(Evaluate(condition, item)));
        return Project(projection, chosen);
    }

    private JsonTree ProjectValues(Expression projection, JsonTree source) =>
        source.Kind == JsonKind.Object ? Project(projection, source.Members.Select(member => member.Value)) : JsonTree.Null;

    private JsonTree Project(Expression projection, IEnumerable<JsonTree> items) =>
        JsonTree.OfArray([.. items.Select(item => Evaluate(projection.Children[1], item)).Where(result => !result.IsNull)]);

    private JsonTree Hash(Expression expression, JsonTree current) =>
        JsonTree.OfObject(expression.Keys.Select((key, i) => KeyValuePair.Create(key, Evaluate(expression.Children[i], current))));

    private JsonTree Choose(Expression expression, JsonTree current)
    {
        JsonTree left = Evaluate(expression.Children[0], current);
        return Comparison.IsTrue(left) == (expression.Kind == ExpressionKind.Or) ? left : Evaluate(expression.Children[1], current);
    }

    private JsonTree Invoke(Expression call, JsonTree current)
    {
        Function function = call.Function!;
        JsonTree?[] arguments = new JsonTree?[call.Children.Count];
        for (int i = 0; i < arguments.Length; i++)
        {
            Expression given = call.Children[i];
            arguments[i] = given.Kind == ExpressionKind.Reference ? null : Evaluate(given, current);
            budget.Charge(1 + (arguments[i]?.Count ?? 0) + (arguments[i]?.Text.Length ?? 0));
            function.CheckArgument(i, arguments[i], given.Offset);
        }

        return function.Body(new Call(call, this, arguments));
    }
}
