namespace CsiSecrets.JsonQuery;

/// <summary>One document of a YAML text. Not a record: it may hold a secret.</summary>
internal sealed class YamlDocument(long line, JsonTree root)
{
    // Escapes make six bytes of one character at most; the reader has bounded the characters already.
    private const int MaxJsonBytes = 64 * 1024 * 1024;

    /// <summary>Where it starts, from 1.</summary>
    public long Line { get; } = line;

    public JsonTree Root { get; } = root;

    /// <summary>Compact UTF-8 JSON.</summary>
    public byte[] ToJson() => JsonTreeWriter.ToJson(Root, MaxJsonBytes);
}
