using System.Security.Cryptography;
using System.Text;
using CsiSecrets.JsonQuery;
using CsiSecrets.Model;

namespace CsiSecrets.Providers.Local;

/// <summary>One secret of the file.</summary>
internal sealed class LocalSecret(string version, SecretBytes content)
{
    public string Version { get; } = version;

    public SecretBytes Content { get; } = content;
}

/// <summary>The file's secrets as they were at one instant. Whoever asked for them disposes them.</summary>
internal sealed class LocalSecrets(SortedDictionary<string, LocalSecret> byName) : IDisposable
{
    private const int LargestSecret = 4 << 20;
    private const int VersionBytes = 8;

    private static readonly YamlLimits Limits = YamlLimits.Default with { PlainTextDepth = 1 };

    public IEnumerable<string> Names => byName.Keys;

    public LocalSecret? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>
    /// Reads the text of a file: a mapping of names to texts, or to maps and lists, which are given as JSON. A plain text stands as it is
    /// written (<c>0123</c> stays <c>0123</c>). Throws <see cref="YamlTextException"/> with a place and without a value.
    /// </summary>
    /// <param name="yaml">The file's bytes.</param>
    /// <param name="hashKey">Keys the versions, so that a value cannot be guessed from one.</param>
    public static LocalSecrets Parse(ReadOnlySpan<byte> yaml, byte[] hashKey)
    {
        IReadOnlyList<YamlDocument> documents = YamlText.Read(yaml, Limits);
        if (documents.Count == 0)
        {
            // What an editor leaves between truncating and writing; somebody who means "none" can say so.
            throw new YamlTextException("the file is empty: write {} for no secrets", 0, 0);
        }

        if (documents.Count > 1)
        {
            throw new YamlTextException("a second document: put all secrets into one", documents[1].Line, 1);
        }

        if (documents[0].Root.Kind != JsonKind.Object)
        {
            throw new YamlTextException("not a mapping: write NAME: VALUE, one secret a line", documents[0].Line, 1);
        }

        var secrets = new SortedDictionary<string, LocalSecret>(StringComparer.Ordinal);
        try
        {
            foreach ((string name, JsonTree value) in documents[0].Root.Members)
            {
                if (value.IsNull)
                {
                    throw new YamlTextException($"secret {name} has no value: write \"\" for an empty one", 0, 0);
                }

                secrets[name] = SecretOf(name, value, hashKey);
            }
        }
        catch (YamlTextException)
        {
            new LocalSecrets(secrets).Dispose();
            throw;
        }

        return new LocalSecrets(secrets);
    }

    public void Dispose()
    {
        foreach (LocalSecret secret in byName.Values)
        {
            secret.Content.Dispose();
        }
    }

    private static LocalSecret SecretOf(string name, JsonTree value, byte[] hashKey)
    {
        byte[] text;
        try
        {
            text = JsonTreeWriter.ToFile(value, LargestSecret);
        }
        catch (JsonTreeException)
        {
            throw new YamlTextException($"secret {name} is larger than {LargestSecret} bytes", 0, 0);
        }

        try
        {
            // The name is hashed too: two secrets of one value do not show that they have one.
            using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, hashKey);
            hmac.AppendData(Encoding.UTF8.GetBytes($"{name.Length}:{name}"));
            hmac.AppendData(text);
            return new LocalSecret(Convert.ToHexStringLower(hmac.GetHashAndReset().AsSpan(0, VersionBytes)), SecretBytes.Copy(text));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }
}
