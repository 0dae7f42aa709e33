using CsiSecrets.Model;
using CsiSecrets.Model.Manifests.ExternalSecrets;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>The rules of <c>spec.conditions</c>: one that cannot be read admits nobody, and is told whoever asks. Pure.</summary>
internal static class StoreConditions
{
    /// <summary>Throws StoreInvalid with every error.</summary>
    /// <param name="store">The store.</param>
    /// <param name="name">Kind and name, for messages.</param>
    public static void Check(StoreObject store, string name)
    {
        var problems = new FieldProblems();
        AddSelectors(store.Spec, problems);
        for (int i = 0; i < store.Spec.Conditions.Count; i++)
        {
            StoreCondition condition = store.Spec.Conditions[i];
            for (int j = 0; j < condition.NamespaceRegexes.Count; j++)
            {
                EntryReader.Pattern(condition.NamespaceRegexes[j], $"spec.conditions[{i}].namespaceRegexes[{j}]", problems);
            }
        }

        problems.ThrowIfAny(FailureReason.StoreInvalid, name);
    }

    /// <summary>The same for the selectors alone: who asks often keeps the patterns compiled.</summary>
    public static void CheckSelectors(StoreSpec spec, string name)
    {
        var problems = new FieldProblems();
        AddSelectors(spec, problems);
        problems.ThrowIfAny(FailureReason.StoreInvalid, name);
    }

    private static void AddSelectors(StoreSpec spec, FieldProblems problems)
    {
        for (int i = 0; i < spec.Conditions.Count; i++)
        {
            if (spec.Conditions[i].NamespaceSelector is { } selector)
            {
                SelectorProblems.Check(selector, $"spec.conditions[{i}].namespaceSelector", problems);
            }
        }
    }
}
