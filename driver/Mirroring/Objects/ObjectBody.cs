using System.Security.Cryptography;
using System.Text.Json;
using CsiSecrets.JsonQuery;
using CsiSecrets.Kube.Objects;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Mirroring.Objects;

/// <summary>From what the templates made to the body of an apply. What they must not say of an object is refused; what is ours to say is added. Pure.</summary>
internal static class ObjectBody
{
    private const int MostBytes = 1 << 20;
    private static readonly string[] Identity = ["apiVersion", "kind", "metadata"];
    private static readonly string[] MayName = ["name", "namespace", "labels", "annotations"];

    /// <summary>The caller clears it afterwards.</summary>
    /// <param name="want">What it is for.</param>
    /// <param name="rendered">What the templates made.</param>
    /// <param name="resourceVersion">The version that was decided on; empty: any.</param>
    public static byte[] Write(DesiredObject want, JsonTree rendered, string resourceVersion)
    {
        Check(want, rendered);
        JsonTree? metadata = rendered.Member("metadata");
        var labels = Texts(want, metadata?.Member("labels"), "labels");
        var annotations = Texts(want, metadata?.Member("annotations"), "annotations");
        labels[Marks.Managed] = "true";
        if (want.Mode == MirrorMode.Replace)
        {
            annotations[Marks.DataHash] = HashOf(want, rendered);
        }

        if (want.Owners.Count > 0)
        {
            labels[Marks.CreatedBy] = Marks.CreatedByValue(want.From.Namespace, want.From.Name);
        }

        List<KeyValuePair<string, JsonTree>> meta =
        [
            new("name", JsonTree.Of(want.Key.Name)), new("namespace", JsonTree.Of(want.Key.Namespace)),
            new("labels", Map(labels)),
        ];
        Add(meta, "annotations", annotations.Count > 0 ? Map(annotations) : null);
        Add(meta, "ownerReferences", want.Owners.Count > 0 ? JsonTree.OfArray([.. want.Owners.Select(OwnerOf)]) : null);
        Add(meta, "resourceVersion", resourceVersion.Length > 0 ? JsonTree.Of(resourceVersion) : null);
        return ToBytes(want, JsonTree.OfObject(
        [
            new("apiVersion", JsonTree.Of(want.Kind.ApiVersion)), new("kind", JsonTree.Of(want.Kind.Kind)), new("metadata", JsonTree.OfObject(meta)),
            .. rendered.Members.Where(static m => !Identity.Contains(m.Key)),
        ]));
    }

    private static void Check(DesiredObject want, JsonTree rendered)
    {
        JsonTree? metadata = rendered.Member("metadata");
        string? wrong =
            !Is(rendered.Member("apiVersion"), want.Kind.ApiVersion) ? "apiVersion"
            : !Is(rendered.Member("kind"), want.Kind.Kind) ? "kind"
            : metadata is { Kind: not JsonKind.Object } ? "metadata"
            : !Is(metadata?.Member("name"), want.Key.Name) ? "metadata.name"
            : !Is(metadata?.Member("namespace"), want.Key.Namespace) ? "metadata.namespace"
            : metadata?.Members.FirstOrDefault(static m => !MayName.Contains(m.Key)).Key is { } field ? $"metadata.{field}"
            : rendered.Member("status") is not null ? "status"
            : null;
        if (wrong is not null)
        {
            throw Refused(want, wrong, "a template wrote it, and it is not a template's to write", "let the templates write data, labels, annotations and fields like spec");
        }
    }

    private static bool Is(JsonTree? value, string text) => value is null || (value.Kind == JsonKind.String && value.Text == text);

    private static SortedDictionary<string, string> Texts(DesiredObject want, JsonTree? map, string name)
    {
        if (map is { Kind: not (JsonKind.Object or JsonKind.Null) })
        {
            throw Refused(want, $"metadata.{name}", "the templates made no map of it", "write names and texts");
        }

        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, JsonTree value) in map?.Members ?? [])
        {
            if (value.Kind != JsonKind.String)
            {
                throw Refused(want, $"metadata.{name}", "one of its values is no text", "quote it");
            }

            if (!Marks.IsTracking(key) && !Marks.IsOwn(key))
            {
                texts[key] = value.Text;
            }
        }

        return texts;
    }

    private static JsonTree Map(SortedDictionary<string, string> texts) => JsonTree.OfObject(texts.Select(static t => KeyValuePair.Create(t.Key, JsonTree.Of(t.Value))));

    private static void Add(List<KeyValuePair<string, JsonTree>> to, string name, JsonTree? value)
    {
        if (value is not null)
        {
            to.Add(new(name, value));
        }
    }

    private static JsonTree OwnerOf(OwnerReference owner) => JsonTree.OfObject(
    [
        new("apiVersion", JsonTree.Of(owner.ApiVersion)), new("kind", JsonTree.Of(owner.Kind)), new("name", JsonTree.Of(owner.Name)),
        new("uid", JsonTree.Of(owner.Uid)), new("controller", JsonTree.Of(owner.Controller ?? false)),
        new("blockOwnerDeletion", JsonTree.Of(owner.BlockOwnerDeletion ?? false)),
    ]);

    private static string HashOf(DesiredObject want, JsonTree rendered)
    {
        if ((rendered.Member("spec") ?? rendered.Member("data")) is not { Kind: JsonKind.Object } content)
        {
            return "";
        }

        byte[] json = ToBytes(want, content);
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = JsonTreeLimits.Default.MaxDepth });
        string hash = ContentHash.Of(document.RootElement, null);
        CryptographicOperations.ZeroMemory(json);
        return hash;
    }

    private static byte[] ToBytes(DesiredObject want, JsonTree body)
    {
        try
        {
            return JsonTreeWriter.ToJson(body, MostBytes);
        }
        catch (JsonTreeException e)
        {
            throw new SecretsException(FailureReason.TemplateFailed, $"{want}", e.Message, "make the object smaller");
        }
    }

    private static SecretsException Refused(DesiredObject want, string field, string cause, string remedy) =>
        new(FailureReason.TemplateFailed, $"{want}: {field}", cause, remedy);
}
