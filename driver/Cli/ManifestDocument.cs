using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CsiSecrets.JsonQuery;

namespace CsiSecrets.Cli;

/// <summary>One document of a manifest file. Not a record: it may be a Secret.</summary>
internal sealed class ManifestDocument(string file, string text, YamlDocument document)
{
    public string File { get; } = file;

    /// <summary>The whole file.</summary>
    public string Text { get; } = text;

    /// <summary>Where the document starts, from 1.</summary>
    public long Line { get; } = document.Line;

    public string Kind { get; } = TextOf(document.Root, "kind");

    public string Name { get; } = document.Root.Member("metadata") is { } metadata ? TextOf(metadata, "name") : "";

    /// <summary>The document as its type. Throws <see cref="RenderException"/>.</summary>
    public T Read<T>(JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(document.ToJson(), type)
                ?? throw new RenderException($"{Kind} {Name} is empty", new SourcePlace(File, Line));
        }
        catch (JsonException e)
        {
            // Without the reader's own message, which may quote a value.
            throw new RenderException($"{Kind} {Name}: {e.Path ?? "it"} has not the form that the kind asks for", new SourcePlace(File, Line));
        }
    }

    private static string TextOf(JsonTree tree, string name) => tree.Member(name) is { Kind: JsonKind.String } text ? text.Text : "";
}
