using System.Numerics;
using System.Runtime.CompilerServices;
using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>Go's reflect.DeepEqual: same type and same content.</summary>
internal static class DeepEquality
{
    public static bool Same(RenderBudget budget, object? left, object? right)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        budget.Step();
        if (left is null || right is null)
        {
            return left is null && right is null;
        }

        return (left, right) switch
        {
            (GoString a, GoString b) => a.Equals(b),
            (GoList a, GoList b) => SameList(budget, a, b),
            (GoMap a, GoMap b) => SameMap(budget, a, b),
            (GoObject a, GoObject b) => a.Type == b.Type && a.SameAs(b),
            (double a, double b) => a == b,
            (Complex a, Complex b) => a == b,
            _ => left.Equals(right),
        };
    }

    private static bool SameList(RenderBudget budget, GoList left, GoList right)
    {
        if (left.Element != right.Element || left.IsNil != right.IsNil || left.Count != right.Count)
        {
            return false;
        }

        for (int i = 0; i < left.Count; i++)
        {
            if (!Same(budget, left.Items[i], right.Items[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool SameMap(RenderBudget budget, GoMap left, GoMap right)
    {
        if (ReferenceEquals(left, right))
        {
            return true;
        }

        if (left.Element != right.Element || left.IsNil != right.IsNil || left.Count != right.Count)
        {
            return false;
        }

        foreach (GoString key in left.Keys)
        {
            left.TryGet(key, out object? a);
            if (!right.TryGet(key, out object? b) || !Same(budget, a, b))
            {
                return false;
            }
        }

        return true;
    }
}
