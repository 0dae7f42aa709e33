using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using CsiSecrets.Templates;

namespace CsiSecrets.Bench;

/// <summary>Templates parsed and rendered: ten lines of properties, and all of the vectors' group of configuration files.</summary>
internal static class TemplateBench
{
    private const int Rounds = 60;
    private const int RendersPerRound = 200;
    private const double MostMicroseconds = 5;
    private const double MostBytes = 4096;

    private const string Properties = """
        # database
        spring.datasource.url=jdbc:postgresql://{{ .host }}:{{ .port }}/{{ .name }}
        spring.datasource.username={{ .user }}
        spring.datasource.password={{ .password }}
        spring.datasource.driver={{ .driver | default "org.postgresql.Driver" }}
        cache.host={{ .cacheHost | lower }}
        cache.enabled=true
        mail.from={{ .mail }}
        mail.password={{ .mailPassword | quote }}
        log.level={{ if eq .env "prod" }}INFO{{ else }}DEBUG{{ end }}

        """;

    public static IEnumerable<Figure> Run()
    {
        var template = Template.Parse("app.properties", Properties, TemplateOptions.Secrets);
        TemplateData data = PropertyValues();
        (double time, double bytes) = Measure(() => Render(template, data));
        yield return new Figure { Key = "templates.properties.render.us", Text = "render ten lines of properties", Value = time, Unit = "us", Target = new Target(MostMicroseconds) };
        yield return new Figure { Key = "templates.properties.render.bytes", Text = ".. allocated", Value = bytes, Unit = "B", Target = new Target(MostBytes) };
        (time, bytes) = Measure(() => Template.Parse("app.properties", Properties, TemplateOptions.Secrets));
        yield return new Figure { Key = "templates.properties.parse.us", Text = "parse ten lines of properties", Value = time, Unit = "us" };
        yield return new Figure { Key = "templates.properties.parse.bytes", Text = ".. allocated", Value = bytes, Unit = "B" };

        (string Text, TemplateData Data)[] vectors = [.. Configurations()];
        (time, bytes) = Measure(() => Array.ForEach(vectors, v => Template.Parse("main", v.Text, TemplateOptions.Secrets)), 2);
        yield return new Figure { Key = "templates.conf.parse.us", Text = $"parse, mean of {vectors.Length} configuration files", Value = time / vectors.Length, Unit = "us" };
        yield return new Figure { Key = "templates.conf.parse.bytes", Text = ".. allocated", Value = bytes / vectors.Length, Unit = "B" };
        (Template Parsed, TemplateData Data)[] parsed = Array.ConvertAll(vectors, v => (Template.Parse("main", v.Text, TemplateOptions.Secrets), v.Data));
        (time, bytes) = Measure(() => Array.ForEach(parsed, p => Render(p.Parsed, p.Data)), 2);
        yield return new Figure { Key = "templates.conf.render.us", Text = $"render, mean of {vectors.Length} configuration files", Value = time / vectors.Length, Unit = "us" };
        yield return new Figure { Key = "templates.conf.render.bytes", Text = ".. allocated", Value = bytes / vectors.Length, Unit = "B" };
    }

    private static void Render(Template template, TemplateData data) => template.Render(data, TemplateEnvironment.System, CancellationToken.None);

    /// <summary>Best time and least allocation of one call.</summary>
    private static (double Microseconds, double Bytes) Measure(Action call, int calls = RendersPerRound)
    {
        (double time, double bytes) = (double.MaxValue, double.MaxValue);
        for (int round = 0; round < Rounds; round++)
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < calls; i++)
            {
                call();
            }

            time = Math.Min(time, Stopwatch.GetElapsedTime(start).TotalMicroseconds / calls);
            bytes = Math.Min(bytes, (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / calls);
        }

        return (time, bytes);
    }

    private static TemplateData PropertyValues() => Secrets(
    [
        ("host", "db.shop.svc"), ("port", "5432"), ("name", "orders"), ("user", "orders_rw"), ("password", "correct horse battery"),
        ("driver", ""), ("cacheHost", "Cache.Shop"), ("mail", "shop@example.com"), ("mailPassword", "p\"w"), ("env", "prod"),
    ]);

    private static TemplateData Secrets(IEnumerable<(string Name, string Value)> values) => TemplateData.OfSecrets(
        values.Select(v => new KeyValuePair<string, ReadOnlyMemory<byte>>(v.Name, Encoding.UTF8.GetBytes(v.Value))));

    /// <summary>The vectors of the group that render to an output, over names and texts, without expensive functions.</summary>
    private static IEnumerable<(string Text, TemplateData Data)> Configurations()
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(VectorFile()), CompressionMode.Decompress));
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            using JsonDocument vector = JsonDocument.Parse(line);
            JsonElement root = vector.RootElement;
            bool renders = root.TryGetProperty("output", out _) && root.GetProperty("mode").GetString() == "eso" && !root.TryGetProperty("data_b64", out _)
                && !root.GetProperty("template").GetString()!.Contains("htpasswd", StringComparison.Ordinal);
            if (renders)
            {
                yield return (
                    root.GetProperty("template").GetString()!,
                    Secrets([.. root.GetProperty("data").EnumerateObject().Select(p => (p.Name, p.Value.GetString()!))]));
            }
        }
    }

    private static string VectorFile()
    {
        const string File = "tests/Cases/Templates/Vectors/conf.jsonl.gz";
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string file = Path.Combine(folder.FullName, File);
            if (System.IO.File.Exists(file))
            {
                return file;
            }
        }

        throw new FileNotFoundException(File + " is in no folder above the program");
    }
}
