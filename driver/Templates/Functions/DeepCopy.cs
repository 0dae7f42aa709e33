using System.Runtime.CompilerServices;
using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>A copy that shares no map and no list with its source.</summary>
internal static class DeepCopy
{
    public static object? Of(RenderBudget budget, object? value) => value is null
        ? throw GoException.Plain("reflect: call of reflect.Value.Type on zero Value")
        : Copy(budget, value);

    private static object? Copy(RenderBudget budget, object? value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        budget.Step();
        switch (value)
        {
            case GoList { IsNil: false } list:
                budget.Charge(32 + (8L * list.Count));
                return new GoList(list.Element, [.. list.Items.Select(item => Copy(budget, item))]);
            case GoMap { IsNil: false } map:
                budget.Charge(64 + (64L * map.Count));
                GoMap copy = new(map.Element, map.Count);
                foreach (KeyValuePair<GoString, object?> entry in map.Sorted())
                {
                    copy.Set(entry.Key, Copy(budget, entry.Value));
                }

                return copy;
            default:
                return value;
        }
    }
}
