using System.Text.Json;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube.Secrets;

/// <summary>The parts of a Secret while it is read.</summary>
internal sealed class SecretParts
{
    /// <summary>kubectl's copy of a manifest. On a Secret it holds the values, so that it is never kept.</summary>
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    private readonly NamePool names = new();
    private ObjectMeta metadata = ObjectMeta.Empty;
    private IReadOnlyList<FieldOwner> owners = [];
    private string type = "Opaque";
    private bool immutable;
    private DataDigest data = DataDigest.Empty;

    public SecretSet? Values { get; private set; }

    public JsonElement? ManagedFields { get; private set; }

    /// <param name="reader">At the object's start; afterwards at its end.</param>
    /// <param name="keepValues">True: values and managed fields are kept as they are, too.</param>
    public void Read(ref Utf8JsonReader reader, bool keepValues)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = names.Of(ref reader);
            reader.Read();
            switch (name)
            {
                case "metadata":
                    ReadMetadata(ref reader, keepValues);
                    break;
                case "type" when reader.TokenType == JsonTokenType.String:
                    type = names.Of(ref reader);
                    break;
                case "immutable":
                    immutable = reader.TokenType == JsonTokenType.True;
                    break;
                case "data" when reader.TokenType == JsonTokenType.StartObject:
                    ReadData(ref reader, keepValues);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    public ObservedSecret Observed() => new()
    {
        Metadata = metadata,
        Type = type,
        Immutable = immutable,
        Data = data.Sharing(metadata.Annotation("reconcile.external-secrets.io/data-hash")),
        Owners = owners,
    };

    private void ReadData(ref Utf8JsonReader reader, bool keepValues)
    {
        if (!keepValues)
        {
            data = DataDigestReader.Read(ref reader, names);
            return;
        }

        Values = new SecretSet();
        foreach ((string key, SecretBytes value) in SecretMap.Read(ref reader, base64: true))
        {
            Values.Put(key, value);
        }

        data = DataDigest.Of(Values);
    }

    private void ReadMetadata(ref Utf8JsonReader reader, bool keepValues)
    {
        Utf8JsonReader fields = reader;
        ObjectMeta whole = JsonSerializer.Deserialize(ref reader, ManifestJson.Default.ObjectMeta) ?? ObjectMeta.Empty;
        metadata = whole with
        {
            Labels = CompactMap.Of(whole.Labels?.Select(Pooled)),
            Annotations = CompactMap.Of(whole.Annotations?.Where(static a => a.Key != LastApplied).Select(Pooled)),
            Name = names.Of(whole.Name),
            OwnerReferences = whole.OwnerReferences?.Select(Pooled).ToArray(),
        };
        while (fields.Read() && fields.TokenType == JsonTokenType.PropertyName)
        {
            bool managed = fields.ValueTextEquals("managedFields"u8);
            fields.Read();
            if (!managed || fields.TokenType != JsonTokenType.StartArray)
            {
                fields.Skip();
                continue;
            }

            Utf8JsonReader raw = fields;
            owners = FieldOwnerReader.Read(ref fields, names);
            ManagedFields = keepValues ? JsonElement.ParseValue(ref raw) : null;
        }
    }

    private OwnerReference Pooled(OwnerReference owner) => owner with
    {
        ApiVersion = names.Of(owner.ApiVersion),
        Kind = names.Of(owner.Kind),
        Name = names.Of(owner.Name),
        Uid = names.Of(owner.Uid),
    };

    private KeyValuePair<string, string> Pooled(KeyValuePair<string, string> pair) => new(names.Of(pair.Key), names.Of(pair.Value ?? ""));
}
