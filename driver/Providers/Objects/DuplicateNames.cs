namespace CsiSecrets.Providers.Objects;

/// <summary>
/// The peer's rules for names that occur twice. It refuses four cases of an object name and every repeated alias; other collisions of file
/// paths it lets pass, the last one wins.
/// </summary>
internal static class DuplicateNames
{
    public static void Check(IReadOnlyList<ClassObject> objects, FieldErrors errors)
    {
        var names = new Dictionary<string, ClassObject>(StringComparer.Ordinal);
        var aliases = new HashSet<string>(StringComparer.Ordinal);
        foreach (ClassObject one in objects)
        {
            if (names.TryGetValue(one.Request.Name, out ClassObject? former) && Clash(one, former) is { } clash)
            {
                errors.Add(one.Path, $"found descriptor with duplicate object name {one.Request.Name}, {clash}");
            }
            else if (one.Alias is not null && !aliases.Add(one.Alias))
            {
                errors.Add($"{one.Path}.objectAlias", $"found duplicate object alias {one.Alias}");
            }

            names[one.Request.Name] = one;
            for (int i = 0; i < one.PartAliases.Count; i++)
            {
                if (!aliases.Add(one.PartAliases[i]))
                {
                    errors.Add(
                        $"{one.Path}.jmesPath[{i}].objectAlias",
                        $"Name already in use for objectAlias: found duplicate object alias {one.PartAliases[i]} in JMES path entry "
                        + one.Shape.Parts[i].Expression);
                }
            }
        }
    }

    /// <summary>Where two files of one class have the same path, the earlier one is not written.</summary>
    public static IReadOnlyList<ClassObject> KeepLastFiles(IReadOnlyList<ClassObject> objects)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var kept = new ClassObject[objects.Count];
        for (int i = objects.Count - 1; i >= 0; i--)
        {
            FileShape shape = objects[i].Shape;
            PathPart[] parts = [.. shape.Parts.Reverse().Where(p => taken.Add(p.FilePath)).Reverse()];
            string? whole = shape.FilePath is { } path && taken.Add(path) ? path : null;
            kept[i] = objects[i].With(shape with { FilePath = whole, Parts = parts });
        }

        return kept;
    }

    private static string? Clash(ClassObject one, ClassObject former)
    {
        bool aliased = one.Alias is not null && former.Alias is not null;
        bool plain = one.Alias is null && former.Alias is null;
        string? label = one.Label;
        string? formerLabel = former.Label;
        bool labelled = label is not null && formerLabel is not null && label == formerLabel;
        bool unlabelled = label is null && formerLabel is null;
        return (aliased && one.Alias == former.Alias, plain, labelled, unlabelled) switch
        {
            (true, _, _, true) => $"duplicate object alias {one.Alias}, and no version label",
            (true, _, true, _) => $"duplicate object alias {one.Alias}, and duplicate version label {label}",
            (_, true, true, _) => $"no object alias, and duplicate version label {label}",
            (_, true, _, true) => "no object alias, and no version label",
            _ => null,
        };
    }
}
