using CsiSecrets.GoRegex;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Templates;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>Reads the rewrites of one entry; patterns and templates are compiled once, here.</summary>
internal static class RewriteReader
{
    public static IReadOnlyList<KeyRewrite> Read(IReadOnlyList<RewriteRule> rules, string path, FieldProblems problems)
    {
        var rewrites = new List<KeyRewrite>(rules.Count);
        for (int i = 0; i < rules.Count; i++)
        {
            if (ReadOne(rules[i], $"{path}[{i}]", problems) is { } rewrite)
            {
                rewrites.Add(rewrite);
            }
        }

        return rewrites;
    }

    private static KeyRewrite? ReadOne(RewriteRule rule, string path, FieldProblems problems)
    {
        int kinds = (rule.Regexp is null ? 0 : 1) + (rule.Transform is null ? 0 : 1) + (rule.Merge is null ? 0 : 1);
        if (kinds != 1)
        {
            problems.Add(path, $"it has {kinds} of regexp, transform and merge", "give exactly one");
            return null;
        }

        if (rule.Regexp is { } regexp)
        {
            GoRegexp? source = EntryReader.Pattern(regexp.Source, $"{path}.regexp.source", problems);
            return source is null ? null : new KeyRewrite.Regexp(source, regexp.Target) { Path = path };
        }

        return rule.Transform is { } transform ? Transform(transform, path, problems) : Merge(rule.Merge!, path, problems);
    }

    private static KeyRewrite.Transform? Transform(RewriteTransform transform, string path, FieldProblems problems)
    {
        try
        {
            // As the peer does, without missingkey=error: what is missing prints as <no value>.
            return new KeyRewrite.Transform(Template.Parse("transform", transform.Template, TemplateOptions.Default)) { Path = path };
        }
        catch (TemplateException e)
        {
            problems.Add($"{path}.transform.template", e.SafeMessage, "correct the template");
            return null;
        }
    }

    private static KeyRewrite.Merge Merge(RewriteMerge merge, string path, FieldProblems problems)
    {
        string at = $"{path}.merge";
        MergeStrategy strategy = WordField.Read(
            merge.Strategy, $"{at}.strategy", problems, ("Extract", MergeStrategy.Extract), ("JSON", MergeStrategy.Json));
        if (strategy == MergeStrategy.Json && string.IsNullOrEmpty(merge.Into))
        {
            problems.Add($"{at}.into", "it is required where the strategy is JSON", "name the key that gets the merged object");
        }

        return new KeyRewrite.Merge
        {
            Path = path,
            Strategy = strategy,
            Into = merge.Into ?? "",
            Priority = merge.Priority,
            PriorityPolicy = WordField.Read(
                merge.PriorityPolicy, $"{at}.priorityPolicy", problems,
                ("Strict", MergePriority.Strict), ("IgnoreNotFound", MergePriority.IgnoreNotFound)),
            ConflictPolicy = WordField.Read(
                merge.ConflictPolicy, $"{at}.conflictPolicy", problems,
                ("Error", MergeConflict.Error), ("Ignore", MergeConflict.Ignore)),
        };
    }
}
