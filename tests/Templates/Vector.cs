using System.IO.Compression;
using System.Text;
using System.Text.Json;
using CsiSecrets.Templates;
using CsiSecrets.Templates.Json;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Tests.Templates;

/// <summary>One observation of real Go: a template, its data, and the output or the class of error.</summary>
public sealed class Vector
{
    private static readonly TemplateLimits Limits = new()
    {
        AllocatedBytes = 256 << 20,
        Steps = 50_000_000,
        Time = TimeSpan.FromSeconds(30),
        OutputBytes = 64 << 20,
        AllowExpensive = true,
        ExpensiveCalls = 100,
    };

    public const string Extension = ".jsonl.gz";

    private readonly JsonElement line;

    private Vector(JsonElement line) => this.line = line;

    public string Id => Text("id")!;

    public string? ErrorClass => Text("error");

    public string? Message => Text("message");

    /// <summary>The output in bytes; null where an error is expected.</summary>
    public byte[]? Output => Text("output_b64") is { } binary ? Convert.FromBase64String(binary)
        : Text("output") is { } text ? Encoding.UTF8.GetBytes(text) : null;

    public static string OwnFolder => Path.Combine(AppContext.BaseDirectory, "Cases", "Templates", "Vectors");

    public static string Folder => Environment.GetEnvironmentVariable("TEMPLATE_VECTORS") is { Length: > 0 } folder ? folder : OwnFolder;

    public static IReadOnlyDictionary<string, Vector> ReadGroup(string group, string folder)
    {
        string path = Path.Combine(folder, group + Extension);
        Dictionary<string, Vector> vectors = [];
        if (!File.Exists(path))
        {
            return vectors;
        }

        using StreamReader reader = new(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { Length: > 0 } text)
        {
            Vector vector = new(JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 1000 }).RootElement);
            vectors.Add(vector.Id, vector);
        }

        return vectors;
    }

    public byte[] Render(CancellationToken ct) =>
        Template.Parse("main", Text("template")!, Options()).Render(TemplateData.OfValue(Data()), TemplateEnvironment.System, ct);

    private string? Text(string name) => line.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private TemplateOptions Options()
    {
        TemplateOptions options = new()
        {
            Limits = Limits,
            MissingKey = (Text("missingkey") ?? (Text("mode") == "eso" ? "error" : "default")) switch
            {
                "error" => MissingKey.Error,
                "zero" => MissingKey.Zero,
                _ => MissingKey.Default,
            },
        };
        return line.TryGetProperty("delims", out JsonElement delimiters)
            ? options with { LeftDelimiter = delimiters[0].GetString()!, RightDelimiter = delimiters[1].GetString()! }
            : options;
    }

    private object? Data()
    {
        object? root = JsonDecoder.Decode(GoString.From(line.GetProperty("data").GetRawText()), null);
        if (Text("mode") == "eso")
        {
            GoMap secrets = new(GoType.String);
            foreach (KeyValuePair<GoString, object?> entry in ((GoMap)root!).Sorted())
            {
                secrets.Set(entry.Key, entry.Value);
            }

            root = secrets;
        }

        if (line.TryGetProperty("data_b64", out JsonElement binary))
        {
            foreach (JsonProperty entry in binary.EnumerateObject())
            {
                ((GoMap)root!).Set(entry.Name, GoString.Copy(Convert.FromBase64String(entry.Value.GetString()!)));
            }
        }

        return root;
    }
}
