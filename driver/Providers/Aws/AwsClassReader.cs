using CsiSecrets.Model.PeerWords;
using CsiSecrets.Providers.Objects;

namespace CsiSecrets.Providers.Aws;

/// <summary>
/// Parameters to plan. Pure, no stricter than the peer: what it ignores is ignored, what it accepts is accepted. Reports every error.
/// </summary>
/// <param name="defaultRegion">The region of the process, for classes without one; null when only the node's label knows it.</param>
internal sealed class AwsClassReader(string? defaultRegion)
{
    public AwsClassPlan Read(ClassParameters parameters)
    {
        var errors = new FieldErrors();
        AwsSettings settings = ReadSettings(parameters.Values, errors);
        ShapeReader shapes = ObjectsParameter.ReadShapes(parameters, errors);
        IReadOnlyList<YamlFields> entries = ObjectsParameter.ReadEntries(parameters, errors);

        var reader = new AwsObjectReader(shapes, settings.FailoverRegion is not null);
        var objects = new List<ClassObject>();
        var selections = new List<AwsPlannedSelection>();
        foreach (YamlFields entry in entries)
        {
            if (entry.Map("find") is { } find)
            {
                if (reader.ReadSelection(entry, find) is { } selection)
                {
                    selections.Add(selection);
                }
            }
            else if (reader.ReadObject(entry) is { } one)
            {
                objects.Add(one);
            }
        }

        AwsRegions.Check(objects, settings.Region ?? defaultRegion, settings.FailoverRegion, errors);
        DuplicateNames.Check(objects, errors);
        errors.ThrowIfAny(parameters.ClassRef);
        return new AwsClassPlan
        {
            ClassRef = parameters.ClassRef,
            Settings = settings,
            Objects = [.. DuplicateNames.KeepLastFiles(objects).Select(o => o.Plan())],
            Selections = selections,
        };
    }

    private static AwsSettings ReadSettings(IReadOnlyDictionary<string, string> values, FieldErrors errors)
    {
        string? Text(string name) => values.GetValueOrDefault(name) is { Length: > 0 } text ? text : null;
        bool podIdentity = GoBool(Text("usePodIdentity"), "usePodIdentity", errors);
        bool node = GoBool(Text("useNodeCredentials"), "useNodeCredentials", errors);
        if (podIdentity && node)
        {
            errors.Add("useNodeCredentials", "cannot be used together with usePodIdentity");
        }

        var settings = new AwsSettings
        {
            Region = Text("region"),
            FailoverRegion = Text("failoverRegion"),
            AuthMode = podIdentity ? AwsAuthMode.PodIdentity : node ? AwsAuthMode.Node : AwsAuthMode.PodToken,
            AgentAddress = Text("preferredAddressType")?.ToLowerInvariant() switch
            {
                "ipv4" => AgentAddress.IPv4,
                "ipv6" => AgentAddress.IPv6,
                _ => AgentAddress.Auto,
            },
            Chain = new RoleChain
            {
                AdditionalRoles = Text("additionalRoles") is { } roles ? YamlLists.Texts(roles, "additionalRoles", errors) : [],
                Role = Text("role"),
                ExternalId = Text("externalID"),
                SessionTags = Text("sessionTags") is { } tags ? YamlLists.Pairs(tags, "sessionTags", errors) : [],
                TransitiveTagKeys = Text("transitiveTagKeys") is { } keys ? YamlLists.Texts(keys, "transitiveTagKeys", errors) : [],
            },
        };
        if (settings.FailoverRegion is not null && settings.FailoverRegion == settings.Region)
        {
            errors.Add("failoverRegion", AwsProviderWords.SameRegion(settings.Region));
        }

        RoleChain chain = settings.Chain;
        if (chain.Role is null && (chain.ExternalId is not null || chain.SessionTags.Count > 0))
        {
            errors.Add(chain.ExternalId is null ? "sessionTags" : "externalID", "goes with role, which is missing");
        }

        chain.CheckRoles(errors.Add);
        return settings;
    }

    /// <summary>The words that Go's ParseBool knows.</summary>
    private static bool GoBool(string? text, string field, FieldErrors errors)
    {
        switch (text)
        {
            case null or "0" or "f" or "F" or "FALSE" or "false" or "False":
                return false;
            case "1" or "t" or "T" or "TRUE" or "true" or "True":
                return true;
            default:
                errors.Add(field, $"failed to parse {field} value: must be true or false");
                return false;
        }
    }
}
