using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>What makes a label selector one that an API server would refuse: it must not select by chance.</summary>
internal static class SelectorProblems
{
    public static void Check(LabelSelector selector, string path, FieldProblems problems)
    {
        for (int i = 0; i < selector.MatchExpressions.Count; i++)
        {
            LabelRequirement one = selector.MatchExpressions[i];
            string at = $"{path}.matchExpressions[{i}]";
            if (one.Key.Length == 0)
            {
                problems.Add($"{at}.key", "it is required", "name the label");
            }

            switch (one.Operator)
            {
                case "In" or "NotIn":
                    if (one.Values.Count == 0)
                    {
                        problems.Add($"{at}.values", $"it is empty, and the operator is {one.Operator}", "list the values");
                    }

                    break;
                case "Exists" or "DoesNotExist":
                    if (one.Values.Count > 0)
                    {
                        problems.Add($"{at}.values", $"the operator {one.Operator} takes none", "leave values out");
                    }

                    break;
                default:
                    problems.Add($"{at}.operator", $"{FieldProblems.Show(one.Operator)} is not a value that it takes", "it is one of In, NotIn, Exists, DoesNotExist");
                    break;
            }
        }
    }
}
