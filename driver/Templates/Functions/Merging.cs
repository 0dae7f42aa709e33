using System.Runtime.CompilerServices;
using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>
/// mergo's merge of maps, into the first. Maps in both are merged in turn; else the first keeps what it has unless that is empty, or,
/// overwriting, takes what the other has, empty or not.
/// </summary>
internal static class Merging
{
    public static GoMap All(RenderBudget budget, object?[] maps, bool overwrite)
    {
        GoMap target = (GoMap)maps[0]!;
        if (target.IsNil && maps.Length > 1)
        {
            target = GoMap.OfAny();
        }

        foreach (object? source in maps.AsSpan(1))
        {
            Merge(budget, target, (GoMap)source!, overwrite);
        }

        return target;
    }

    private static void Merge(RenderBudget budget, GoMap target, GoMap source, bool overwrite)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        budget.Charge(64L * source.Count);
        foreach (KeyValuePair<GoString, object?> entry in source.Sorted())
        {
            budget.Step();
            bool known = target.TryGet(entry.Key, out object? held);
            if (entry.Value is null)
            {
                if (overwrite)
                {
                    target.Set(entry.Key, null);
                }

                continue;
            }

            bool full = known && !DefaultFunctions.IsEmpty(held);
            if (entry.Value is GoMap from && held is GoMap into && full)
            {
                if (into.Element == from.Element && !ReferenceEquals(into, from))
                {
                    Merge(budget, into, from, overwrite);
                }
            }
            else if (overwrite || !full)
            {
                target.Set(entry.Key, entry.Value);
            }
        }
    }
}
