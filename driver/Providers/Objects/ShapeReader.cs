using CsiSecrets.Model.PeerWords;

namespace CsiSecrets.Providers.Objects;

/// <summary>The fields of an entry of <c>objects</c> that say what files it becomes; the same for every provider.</summary>
/// <param name="slash">What stands for <c>/</c> in a file name; null when folders are made.</param>
/// <param name="templates">The class has templates, which may use a value that is not written.</param>
internal sealed class ShapeReader(char? slash, bool templates)
{
    /// <param name="entry">The entry.</param>
    /// <param name="name">What the file is named after; null for a selection, whose names are found later.</param>
    public NamedFiles Read(YamlFields entry, string? name)
    {
        FileOwnership access = FileOwnership.Read(entry);
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
        if (omitRaw && !templates && parts.Count == 0 && expansion is null && !entry.Has("jmesPath"))
        {
            entry.Error("omitRaw", "leaves no file: give jmesPath, expand, or the class templates");
        }

        string path = FilePaths.Translate(name ?? "x", slash);
        if (FilePaths.Problem(path) is { } problem)
        {
            entry.Error(entry.Has("objectAlias") ? "objectAlias" : "objectName", $"{problem}: {name}");
        }

        var shape = new FileShape
        {
            FilePath = omitRaw ? null : path,
            HiddenName = omitRaw && templates ? path : null,
            Access = access,
            Decoding = Decoding(entry, "decodingStrategy"),
            Parts = parts,
            Expansion = expansion,
            SlashReplacement = slash,
        };
        return new NamedFiles(shape, aliases);
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
        var own = FileOwnership.Read(part).Or(access);
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
