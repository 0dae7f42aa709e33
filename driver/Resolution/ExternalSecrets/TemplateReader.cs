using CsiSecrets.Model.Manifests.ExternalSecrets;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>Reads <c>spec.target.template</c>. Texts are not parsed here: that they are templates is seen when they are rendered.</summary>
internal static class TemplateReader
{
    private const string Field = "spec.target.template";

    private static readonly Dictionary<string, string> None = [];

    public static TemplatePlan Read(TargetTemplate template, bool forSecret, FieldProblems problems)
    {
        WordField.Read(template.EngineVersion, $"{Field}.engineVersion", problems, ("v2", 2));
        var parts = new List<TemplatePart>();
        for (int i = 0; i < template.TemplateFrom.Count; i++)
        {
            AddParts(parts, template.TemplateFrom[i], $"{Field}.templateFrom[{i}]", forSecret, problems);
        }

        var plan = new TemplatePlan
        {
            Type = string.IsNullOrEmpty(template.Type) ? null : template.Type,
            Merge = WordField.Read(
                template.MergePolicy, $"{Field}.mergePolicy", problems, ("Replace", TemplateMerge.Replace), ("Merge", TemplateMerge.Merge)),
            Data = template.Data ?? None,
            Labels = template.Metadata?.Labels ?? None,
            Annotations = template.Metadata?.Annotations ?? None,
            Finalizers = template.Metadata?.Finalizers ?? [],
            Parts = parts,
        };
        if (PrivilegedTypes.Problem(plan) is { } problem)
        {
            problems.Add($"{Field}.type", problem, "use another type");
        }

        foreach (string key in forSecret ? plan.Data.Keys : [])
        {
            if (!NameRules.IsSecretKey(key))
            {
                problems.Add($"{Field}.data", $"{FieldProblems.Show(key)} is no key of a Secret", "use letters, digits, -, _ and .");
            }
        }

        return plan;
    }

    private static void AddParts(List<TemplatePart> parts, TemplateFrom from, string path, bool forSecret, FieldProblems problems)
    {
        int sources = (from.ConfigMap is null ? 0 : 1) + (from.Secret is null ? 0 : 1) + (from.Literal is null ? 0 : 1);
        if (sources != 1)
        {
            problems.Add(path, $"it has {sources} of configMap, secret and literal", "give exactly one");
        }

        TemplateTarget target = ReadTarget(from.Target, $"{path}.target", forSecret, problems);
        ValueDecoding decoding = EntryReader.Decoding(from.ValuesDecodingStrategy, $"{path}.valuesDecodingStrategy", problems);
        if (from.Literal is { } literal)
        {
            parts.Add(new TemplatePart
            {
                Path = $"{path}.literal",
                Literal = literal,
                Scope = TemplateScope.KeysAndValues,
                Target = target,
                Decoding = decoding,
            });
        }

        foreach ((TemplateObject kind, TemplateSource? source, string field) in
            (ReadOnlySpan<(TemplateObject, TemplateSource?, string)>)
            [(TemplateObject.ConfigMap, from.ConfigMap, "configMap"), (TemplateObject.Secret, from.Secret, "secret")])
        {
            if (source is null)
            {
                continue;
            }

            NameRules.Object(source.Name, $"{path}.{field}.name", problems);
            for (int i = 0; i < source.Items.Count; i++)
            {
                TemplateSourceItem item = source.Items[i];
                string at = $"{path}.{field}.items[{i}]";
                if (!NameRules.IsSecretKey(item.Key))
                {
                    problems.Add(
                        $"{at}.key",
                        item.Key.Length == 0 ? "it is required" : $"{FieldProblems.Show(item.Key)} is no key of a Secret or ConfigMap",
                        "name the key that holds the template");
                }

                parts.Add(new TemplatePart
                {
                    Path = at,
                    Reference = new TemplateReference(kind, source.Name, item.Key),
                    Scope = WordField.Read(
                        item.TemplateAs, $"{at}.templateAs", problems,
                        ("Values", TemplateScope.Values), ("KeysAndValues", TemplateScope.KeysAndValues)),
                    Target = target,
                    Decoding = decoding,
                });
            }
        }
    }

    private static TemplateTarget ReadTarget(string? text, string field, bool forSecret, FieldProblems problems)
    {
        switch ((text ?? "").ToLowerInvariant())
        {
            case "" or "data":
                return new TemplateTarget(TargetField.Data, "");
            case "labels":
                return new TemplateTarget(TargetField.Labels, "");
            case "annotations":
                return new TemplateTarget(TargetField.Annotations, "");
            case "spec" when !forSecret:
                return new TemplateTarget(TargetField.Other, "spec");
        }

        if (forSecret)
        {
            problems.Add(field, $"{FieldProblems.Show(text!)} is no place in a Secret for templates", "it is one of Data, Annotations, Labels");
        }
        else if (ManifestPath.Problem(text!) is { } problem)
        {
            problems.Add(field, problem, "write it like spec or spec.hosts[0].name");
        }
        else if (IsReserved(text!))
        {
            problems.Add(field, $"{FieldProblems.Show(text!)} is not a template's to write", "templates write data, labels, annotations and fields like spec");
        }

        return new TemplateTarget(TargetField.Other, text!);
    }

    /// <summary>What an object is, who owns it, and what its own controller says of it.</summary>
    private static bool IsReserved(string path)
    {
        string[] steps = path.Split('.', '[');
        return steps[0] is "apiVersion" or "kind" or "status" || (steps[0] == "metadata" && (steps.Length < 2 || steps[1] is not ("labels" or "annotations")));
    }
}
