using System.Text;
using CsiSecrets.JsonQuery;
using CsiSecrets.Model;

namespace CsiSecrets.Cli;

/// <summary>Reads the files that the author names. Every failure is a <see cref="RenderException"/> with the file and, where known, the place.</summary>
internal static class SourceFiles
{
    private const int LargestValue = 4 << 20;
    private const int LargestFile = 8 << 20;

    private static readonly YamlLimits ValueLimits = YamlLimits.Default with { PlainTextDepth = 1 };

    public static IReadOnlyList<ManifestDocument> ReadManifests(string file)
    {
        byte[] bytes = Read(file);
        return [.. Parse(file, bytes, YamlLimits.Default).Select(document => new ManifestDocument(file, Encoding.UTF8.GetString(bytes), document))];
    }

    /// <summary>Names and values: a text as it is written, anything else as JSON. The receiver owns them.</summary>
    public static SecretSet ReadValues(string file)
    {
        IReadOnlyList<YamlDocument> documents = Parse(file, Read(file), ValueLimits);
        if (documents.Count > 1 || (documents.Count == 1 && documents[0].Root.Kind != JsonKind.Object))
        {
            throw new RenderException("the values are not one mapping: write NAME: VALUE, one a line", new SourcePlace(file, documents[^1].Line));
        }

        var values = new SecretSet();
        foreach ((string name, JsonTree value) in documents.SelectMany(document => document.Root.Members))
        {
            values.Put(name, SecretBytes.Copy(value.IsNull ? [] : JsonTreeWriter.ToFile(value, LargestValue)));
        }

        return values;
    }

    private static IReadOnlyList<YamlDocument> Parse(string file, byte[] bytes, YamlLimits limits)
    {
        try
        {
            return YamlText.Read(bytes, limits);
        }
        catch (YamlTextException e)
        {
            throw new RenderException(e.Cause, new SourcePlace(file, e.Line, e.Column));
        }
    }

    private static byte[] Read(string file)
    {
        try
        {
            using FileStream source = File.OpenRead(file);
            using var read = new MemoryStream();
            byte[] chunk = new byte[64 << 10];
            for (int length = source.Read(chunk); length > 0; length = source.Read(chunk))
            {
                read.Write(chunk, 0, length);
                if (read.Length > LargestFile)
                {
                    throw new RenderException($"larger than {LargestFile} bytes: split it", new SourcePlace(file));
                }
            }

            return read.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string why = Directory.Exists(file) ? "it is a folder: name the file in it" : File.Exists(file) ? e.Message : "there is no such file";
            throw new RenderException("cannot be read: " + why, new SourcePlace(file));
        }
    }
}
