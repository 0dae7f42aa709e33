using CsiSecrets.Model.PeerWords;

namespace CsiSecrets.Providers.Aws;

/// <summary>One entry of <c>objects</c>: an object by name, or a selection by <c>find</c>.</summary>
internal sealed class AwsObjectReader(char? slash, bool hasFailoverRegion)
{
    private const int DefaultMode = 0x1A4; // 0644

    /// <summary>Null when the entry has an error that leaves nothing to go on with.</summary>
    public AwsObject? ReadObject(YamlFields entry)
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

        (FileShape shape, IReadOnlyList<string> aliases) = ReadShape(entry, alias ?? name);
        bool optional = entry.Flag("optional") ?? false;
        return store is { } known
            ? new AwsObject(entry.Path, AwsObjectRequest.Create(name, known, primary, failover, optional), alias, shape, aliases)
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

        (FileShape shape, _) = ReadShape(entry, null);
        if (store is not { } known)
        {
            return null;
        }

        var selection = new AwsSelection(known, path, pattern, tags, find.Text("stripPrefix"), entry.Text("objectVersionLabel"));
        string criteria = string.Join('\n', (string[])[$"{known}", path ?? "", pattern ?? "", selection.StripPrefix ?? "",
            selection.Label ?? "", .. tags.Select(t => $"{t.Key.Length}:{t.Key}={t.Value}"), shape.Canonical()]);
        var request = new AwsSelectionRequest
        {
            Name = $"{entry.Path}.find",
            ObjectKey = criteria,
            Optional = entry.Flag("optional") ?? false,
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

    /// <param name="entry">The entry.</param>
    /// <param name="name">What the file is named after; null for a selection, whose names are found later.</param>
    private (FileShape Shape, IReadOnlyList<string> Aliases) ReadShape(YamlFields entry, string? name)
    {
        var access = new FileOwnership(Mode(entry) ?? DefaultMode, entry.Id("uid"), entry.Id("gid"));
        var parts = new List<PathPart>();
        var aliases = new List<string>();
        foreach (YamlFields part in entry.Maps("jmesPath"))
        {
            if (ReadPart(part, access) is { } read)
            {
                parts.Add(read.Part);
                aliases.Add(read.Alias);
            }
        }

        Expansion? expansion = entry.Flag("expand") ?? false
            ? new Expansion(entry.Text("expandPrefix") ?? "", Decoding(entry, "expandDecodingStrategy"))
            : null;
        bool omitRaw = entry.Flag("omitRaw") ?? expansion is not null;
        if (omitRaw && parts.Count == 0 && expansion is null && !entry.Has("jmesPath"))
        {
            entry.Error("omitRaw", "leaves no file: give jmesPath or expand");
        }

        string path = FilePaths.Translate(name ?? "x", slash);
        if (FilePaths.Problem(path) is { } problem)
        {
            entry.Error(entry.Has("objectAlias") ? "objectAlias" : "objectName", $"{problem}: {name}");
        }

        var shape = new FileShape
        {
            FilePath = omitRaw ? null : path,
            Access = access,
            Decoding = Decoding(entry, "decodingStrategy"),
            Parts = parts,
            Expansion = expansion,
            SlashReplacement = slash,
        };
        return (shape, aliases);
    }

    private (PathPart Part, string Alias)? ReadPart(YamlFields part, FileOwnership access)
    {
        string? expression = part.Text("path");
        string? alias = part.Text("objectAlias");
        if (expression is null)
        {
            part.Error("path", "Path must be specified for JMES object");
        }

        if (alias is null)
        {
            part.Error("objectAlias", "Object alias must be specified for JMES object");
        }

        // As the peer has it, the mode is not inherited from the object.
        var own = new FileOwnership(Mode(part) ?? DefaultMode, part.Id("uid") ?? access.Uid, part.Id("gid") ?? access.Gid);
        DecodingStrategy decoding = Decoding(part, "decodingStrategy");
        if (expression is null || alias is null)
        {
            return null;
        }

        string path = FilePaths.Translate(alias, slash);
        if (FilePaths.Problem(path) is { } problem)
        {
            part.Error("objectAlias", $"{problem}: {alias}");
        }

        if (JmesPaths.Problem(expression) is { } wrong)
        {
            part.Error("path", $"{AwsProviderWords.InvalidPath(expression)} {wrong}");
        }

        return (new PathPart(expression, path, own, decoding), alias);
    }

    private static int? Mode(YamlFields fields)
    {
        if (fields.Text("filePermission") is not { } text)
        {
            return null;
        }

        if (text.Length == 4 && text.All(c => c is >= '0' and <= '7'))
        {
            return Convert.ToInt32(text, 8);
        }

        fields.Error("filePermission", $"Invalid File Permission: {text}: must be a four digit octal number, e.g. \"0440\"");
        return null;
    }

    private static DecodingStrategy Decoding(YamlFields fields, string field)
    {
        switch (fields.Text(field)?.ToLowerInvariant())
        {
            case null or "none":
                return DecodingStrategy.None;
            case "base64":
                return DecodingStrategy.Base64;
            case "base64url":
                return DecodingStrategy.Base64Url;
            case "hex":
                return DecodingStrategy.Hex;
            default:
                fields.Error(field, "must be none, base64, base64url or hex");
                return DecodingStrategy.None;
        }
    }
}
