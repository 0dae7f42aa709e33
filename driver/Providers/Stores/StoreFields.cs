using System.Text.Json;
using CsiSecrets.Model;

namespace CsiSecrets.Providers.Stores;

/// <summary>Reads a store's settings field by field; collects every error, so that its author sees all at once. Unknown fields are left alone.</summary>
internal sealed class StoreFields
{
    private const int MostShown = 20;

    private readonly JsonElement element;
    private readonly List<string> errors;

    private StoreFields(JsonElement element, string path, List<string> errors)
    {
        this.element = element;
        this.errors = errors;
        Path = path;
        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Add($"{path}: must be an object");
        }
    }

    /// <summary>E.g. <c>spec.provider.aws.auth</c>.</summary>
    public string Path { get; }

    public static StoreFields Of(StoreSource source, string provider) => new(source.Settings, $"spec.provider.{provider}", []);

    public bool Has(string name) => Find(name) is not null;

    /// <summary>Null when the field is absent, null or empty.</summary>
    public string? Text(string name)
    {
        switch (Find(name))
        {
            case null:
                return null;
            case { ValueKind: JsonValueKind.String } text:
                return text.GetString() is { Length: > 0 } given ? given : null;
            default:
                Error(name, "must be text");
                return null;
        }
    }

    /// <summary>Empty, and an error, when the field is absent or empty.</summary>
    public string Required(string name)
    {
        int before = errors.Count;
        string? text = Text(name);
        if (text is null && errors.Count == before)
        {
            Error(name, "must be set");
        }

        return text ?? "";
    }

    public bool Flag(string name)
    {
        switch (Find(name))
        {
            case { ValueKind: JsonValueKind.True }:
                return true;
            case null or { ValueKind: JsonValueKind.False }:
                return false;
            default:
                Error(name, "must be true or false");
                return false;
        }
    }

    public long? Number(string name)
    {
        switch (Find(name))
        {
            case null:
                return null;
            case { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out long value):
                return value;
            default:
                Error(name, "must be a whole number");
                return null;
        }
    }

    public StoreFields? Object(string name) => Find(name) is { } found ? new StoreFields(found, $"{Path}.{name}", errors) : null;

    public IReadOnlyList<StoreFields> Objects(string name) =>
        [.. Elements(name).Select((e, i) => new StoreFields(e, $"{Path}.{name}[{i}]", errors))];

    public IReadOnlyList<string> Texts(string name)
    {
        var texts = new List<string>();
        foreach (JsonElement one in Elements(name))
        {
            if (one.ValueKind == JsonValueKind.String && one.GetString() is { Length: > 0 } text)
            {
                texts.Add(text);
            }
            else
            {
                Error($"{name}[{texts.Count}]", "must be text");
            }
        }

        return texts;
    }

    /// <summary>Names and texts, in ordinal order of names.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Map(string name)
    {
        var pairs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (Find(name) is not { } map)
        {
            return [];
        }

        if (map.ValueKind != JsonValueKind.Object)
        {
            Error(name, "must be a map");
            return [];
        }

        foreach (JsonProperty pair in map.EnumerateObject())
        {
            if (pair.Value.ValueKind == JsonValueKind.String)
            {
                pairs[pair.Name] = pair.Value.GetString()!;
            }
            else
            {
                Error($"{name}.{pair.Name}", "must be text");
            }
        }

        return [.. pairs];
    }

    /// <param name="field">A field below this object.</param>
    /// <param name="cause">What is wrong with it; never a secret.</param>
    public void Error(string field, string cause) => ErrorAt($"{Path}.{field}", cause);

    /// <param name="path">A whole path, of a field that is elsewhere.</param>
    /// <param name="cause">What is wrong with it; never a secret.</param>
    public void ErrorAt(string path, string cause) => errors.Add($"{path}: {cause}");

    public void ThrowIfAny(StoreIdentity store)
    {
        if (errors.Count > 0)
        {
            string more = errors.Count > MostShown ? $"; and {errors.Count - MostShown} more" : "";
            throw new SecretsException(FailureReason.StoreInvalid, store.ToString(), string.Join("; ", errors.Take(MostShown)) + more, "");
        }
    }

    private JsonElement? Find(string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement found) && found.ValueKind != JsonValueKind.Null
            ? found
            : null;

    private JsonElement[] Elements(string name)
    {
        switch (Find(name))
        {
            case null:
                return [];
            case { ValueKind: JsonValueKind.Array } list:
                return [.. list.EnumerateArray()];
            default:
                Error(name, "must be a list");
                return [];
        }
    }
}
