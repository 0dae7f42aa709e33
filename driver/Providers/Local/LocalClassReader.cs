using CsiSecrets.Model;
using CsiSecrets.Providers.Objects;

namespace CsiSecrets.Providers.Local;

/// <summary>A SecretProviderClass of provider <c>local</c>.</summary>
internal sealed record LocalClassPlan : ClassPlan;

/// <summary>One secret of the file; its key is its name.</summary>
internal sealed record LocalRequest : SecretRequest
{
    public static LocalRequest Create(string name, bool optional) => new() { Name = name, ObjectKey = name, Optional = optional };
}

/// <summary>Parameters to plan. Pure; reports every error. Parameters of other providers are ignored.</summary>
internal static class LocalClassReader
{
    public static LocalClassPlan Read(ClassParameters parameters)
    {
        var errors = new FieldErrors();
        var shapes = ObjectsParameter.ReadShapes(parameters, errors);
        var objects = new List<ClassObject>();
        var selections = new List<PlannedSelection>();
        foreach (YamlFields entry in ObjectsParameter.ReadEntries(parameters, errors))
        {
            if (entry.Map("find") is { } find)
            {
                if (LocalSelection.Read(entry, find, shapes) is { } selection)
                {
                    selections.Add(selection);
                }
            }
            else if (ReadObject(entry, shapes) is { } one)
            {
                objects.Add(one);
            }
        }

        DuplicateNames.Check(objects, errors);
        errors.ThrowIfAny(parameters.ClassRef);
        return new LocalClassPlan
        {
            ClassRef = parameters.ClassRef,
            Objects = [.. DuplicateNames.KeepLastFiles(objects).Select(o => o.Plan())],
            Selections = selections,
        };
    }

    private static ClassObject? ReadObject(YamlFields entry, ShapeReader shapes)
    {
        if (entry.Text("objectName") is not { } name)
        {
            entry.Error("objectName", "is required: the secret's name in the file");
            return null;
        }

        // One file has one version of each secret: silence here would hand out another one than was asked for.
        foreach (string field in (ReadOnlySpan<string>)["objectVersion", "objectVersionLabel", "failoverObject"])
        {
            if (entry.Has(field))
            {
                entry.Error(field, "provider local has no versions and no regions: leave it out");
            }
        }

        string? alias = entry.Text("objectAlias");
        return new ClassObject(
            entry.Path, LocalRequest.Create(name, entry.Flag("optional") ?? false), null, alias, shapes.Read(entry, alias ?? name));
    }
}
