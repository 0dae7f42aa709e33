using CsiSecrets.Providers.Objects;

namespace CsiSecrets.Providers.Aws;

/// <summary>One entry of <c>objects</c>: an object by name, or a selection by <c>find</c>.</summary>
internal sealed class AwsObjectReader(ShapeReader shapes, bool hasFailoverRegion)
{
    /// <summary>Null when the entry has an error that leaves nothing to go on with.</summary>
    public ClassObject? ReadObject(YamlFields entry)
    {
        string? name = entry.Text("objectName");
        if (name is null)
        {
            entry.Error("objectName", "Object name must be specified");
            return null;
        }

        string? type = entry.Text("objectType");
        AwsStore? store = StoreOf(entry, name, "objectName", type);
        var primary = new AwsObjectRef(name, entry.Text("objectVersion"), entry.Text("objectVersionLabel"));
        string? alias = entry.Text("objectAlias");
        AwsObjectRef? failover = ReadFailover(entry, primary, alias, type);
        if (store == AwsStore.ParameterStore)
        {
            CheckOneSelector(entry, primary);
            CheckOneSelector(entry, failover);
        }

        NamedFiles files = shapes.Read(entry, alias ?? name);
        bool optional = entry.Flag("optional") ?? false;
        return store is { } known
            ? new ClassObject(entry.Path, AwsObjectRequest.Create(name, known, primary, failover, optional), primary.Label, alias, files)
            : null;
    }

    public AwsPlannedSelection? ReadSelection(YamlFields entry, YamlFields find)
    {
        foreach (string field in (ReadOnlySpan<string>)["objectName", "objectAlias", "objectVersion", "failoverObject", "jmesPath"])
        {
            if (entry.Has(field))
            {
                entry.Error(field, "cannot be used together with find");
            }
        }

        string? path = find.Text("path");
        string? pattern = find.Map("name")?.Text("regexp");
        IReadOnlyList<KeyValuePair<string, string>> tags = find.Map("tags")?.Pairs() ?? [];
        if (path is null && pattern is null && tags.Count == 0)
        {
            entry.Error("find", "must give path, name.regexp or tags");
        }

        if (pattern is not null && NamePatterns.Problem(pattern) is { } problem)
        {
            entry.Error("find.name.regexp", problem);
        }

        AwsStore? store = entry.Text("objectType") switch
        {
            "secretsmanager" => AwsStore.SecretsManager,
            "ssmparameter" => AwsStore.ParameterStore,
            _ => null,
        };
        if (store is null)
        {
            entry.Error("objectType", "must be secretsmanager or ssmparameter");
        }

        FileShape shape = shapes.Read(entry, null).Shape;
        if (store is not { } known)
        {
            return null;
        }

        var selection = new AwsSelection(known, path, pattern, tags, find.Text("stripPrefix"), entry.Text("objectVersionLabel"));
        bool optional = entry.Flag("optional") ?? false;
        string criteria = string.Join('\n', (string[])[$"{known}", $"{optional}", path ?? "", pattern ?? "", selection.StripPrefix ?? "",
            selection.Label ?? "", .. tags.Select(t => $"{t.Key.Length}:{t.Key}={t.Value}"), shape.Canonical()]);
        var request = new AwsSelectionRequest
        {
            Name = $"{entry.Path}.find",
            ObjectKey = criteria,
            Optional = optional,
        };
        return new AwsPlannedSelection(request, selection, shape);
    }

    private static AwsStore? StoreOf(YamlFields entry, string name, string field, string? type)
    {
        AwsStore? byArn = null;
        string service = "";
        if (Arn.LooksLikeOne(name))
        {
            if (!Arn.TryParse(name, out Arn arn))
            {
                entry.Error(field, $"Invalid ARN format in object name: {name}");
                return null;
            }

            service = arn.Service;
            byArn = service switch
            {
                "secretsmanager" => AwsStore.SecretsManager,
                "ssm" or "ssmparameter" => AwsStore.ParameterStore,
                _ => null,
            };
        }

        AwsStore? byType = type switch
        {
            "secretsmanager" => AwsStore.SecretsManager,
            "ssmparameter" => AwsStore.ParameterStore,
            _ => null,
        };
        (string Field, string Cause)? error = (type, Arn.LooksLikeOne(name), byType, byArn) switch
        {
            (null, false, _, _) => (field, $"Must use objectType when a full ARN is not specified: {name}"),
            (null, true, _, null) => (field, $"Invalid service in ARN: {service}"),
            (not null, _, null, _) => ("objectType", $"Invalid objectType: {type}"),
            (not null, true, _, _) when byType != byArn => ("objectType", $"objectType does not match ARN: {name}"),
            _ => null,
        };
        if (error is { } found)
        {
            entry.Error(found.Field, found.Cause);
            return null;
        }

        return byType ?? byArn;
    }

    private static void CheckOneSelector(YamlFields entry, AwsObjectRef? one)
    {
        if (one is { Version: not null, Label: not null })
        {
            entry.Error("objectVersion", $"ssm parameters can not specify both objectVersion and objectVersionLabel: {one.Id}");
        }
    }

    /// <summary>Absent fields of the failover object are the primary's.</summary>
    private AwsObjectRef? ReadFailover(YamlFields entry, AwsObjectRef primary, string? alias, string? type)
    {
        if (entry.Map("failoverObject") is not { } fields || fields.Text("objectName") is not { } name)
        {
            return null;
        }

        if (alias is null)
        {
            entry.Error("objectAlias", $"object alias must be specified for objects with failover entries: {primary.Id}");
        }

        if (!hasFailoverRegion)
        {
            entry.Error("failoverObject", $"failover object allowed only when failover region is defined: {primary.Id}");
        }

        StoreOf(entry, name, "failoverObject.objectName", type);
        string? version = fields.Text("objectVersion");
        if (version != primary.Version)
        {
            fields.Error("objectVersion", $"object versions must match between primary and failover regions: {primary.Id}");
        }

        return new AwsObjectRef(name, version, fields.Text("objectVersionLabel") ?? primary.Label);
    }
}
