using CsiSecrets.Model;
using CsiSecrets.Providers.Objects;

namespace CsiSecrets.Providers.Local;

/// <summary>A selection: every secret of the file whose name starts with a path and matches a pattern.</summary>
internal sealed record LocalSelection(SecretRequest Request, string? Path, string? Pattern, string? StripPrefix, FileShape Shape)
    : PlannedSelection(Request)
{
    /// <summary>Null when the entry has an error that leaves nothing to go on with.</summary>
    public static LocalSelection? Read(YamlFields entry, YamlFields find, ShapeReader shapes)
    {
        foreach (string field in (ReadOnlySpan<string>)["objectName", "objectAlias", "jmesPath"])
        {
            if (entry.Has(field))
            {
                entry.Error(field, "cannot be used together with find");
            }
        }

        string? path = find.Text("path");
        string? pattern = find.Map("name")?.Text("regexp");
        if (path is null && pattern is null)
        {
            entry.Error("find", "must give path or name.regexp");
            return null;
        }

        if (find.Has("tags"))
        {
            entry.Error("find.tags", "provider local has no tags: select by path or name.regexp");
        }

        if (pattern is not null && NamePatterns.Problem(pattern) is { } problem)
        {
            entry.Error("find.name.regexp", problem);
        }

        FileShape shape = shapes.Read(entry, null).Shape;
        string? strip = find.Text("stripPrefix");
        var request = new LocalSelectionRequest
        {
            Name = $"{entry.Path}.find",
            ObjectKey = string.Join('\n', path, pattern, strip, shape.Canonical()),
            Optional = entry.Flag("optional") ?? false,
        };
        return new LocalSelection(request, path, pattern, strip, shape);
    }

    public IReadOnlyList<PlannedObject> Objects(string classRef, IEnumerable<string> names)
    {
        Func<string, bool> matches = Pattern is null ? static _ => true : NamePatterns.Compile(Pattern);
        var objects = new List<PlannedObject>();
        foreach (string name in names.Where(n => (Path is null || n.StartsWith(Path, StringComparison.Ordinal)) && matches(n)))
        {
            string rest = StripPrefix is not null && name.StartsWith(StripPrefix, StringComparison.Ordinal) ? name[StripPrefix.Length..] : name;
            string file = FilePaths.Translate(rest, Shape.SlashReplacement);
            if (FilePaths.Problem(file) is { } problem)
            {
                throw new SecretsException(
                    FailureReason.FileConflict, $"SecretProviderClass {classRef}: {Request.Name}: object {name}", problem, "choose another stripPrefix");
            }

            FileShape shape = Shape with { FilePath = Shape.FilePath is null ? null : file };
            objects.Add(new ShapedObject(LocalRequest.Create(name, Request.Optional), shape.Hash(), shape));
        }

        return objects;
    }
}

/// <summary>The listing as a request.</summary>
internal sealed record LocalSelectionRequest : SecretRequest;
