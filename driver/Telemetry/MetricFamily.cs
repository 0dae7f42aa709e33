using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace CsiSecrets.Telemetry;

/// <summary>One Prometheus metric: a value for each set of label values. Written by hand, because the OpenTelemetry packages cost a node 7 to
/// 10 MB; see docs/dependencies.md.</summary>
internal abstract class MetricFamily(string name, string help, string type, string[] labels)
{
    public string Name { get; } = name;

    public void Write(StringBuilder text)
    {
        text.Append("# HELP ").Append(Name).Append(' ').Append(help).Append('\n');
        text.Append("# TYPE ").Append(Name).Append(' ').Append(type).Append('\n');
        WriteSamples(text);
    }

    protected abstract void WriteSamples(StringBuilder text);

    /// <summary>The label values as they stand between braces; the key of a sample.</summary>
    protected string KeyOf(ReadOnlySpan<string> values)
    {
        if (values.Length != labels.Length)
        {
            throw new ArgumentException($"{Name} has {labels.Length} labels", nameof(values));
        }

        var key = new StringBuilder();
        for (int i = 0; i < values.Length; i++)
        {
            key.Append(i == 0 ? "" : ",").Append(labels[i]).Append("=\"");
            AppendEscaped(key, values[i]);
            key.Append('"');
        }

        return key.ToString();
    }

    private static void AppendEscaped(StringBuilder key, string value)
    {
        if (value.AsSpan().IndexOfAny('\\', '"', '\n') < 0)
        {
            key.Append(value);
            return;
        }

        foreach (char c in value)
        {
            _ = c switch { '\\' => key.Append(@"\\"), '"' => key.Append("\\\""), '\n' => key.Append(@"\n"), _ => key.Append(c) };
        }
    }

    protected static void WriteSample(StringBuilder text, string name, string key, double value)
    {
        text.Append(name);
        if (key.Length > 0)
        {
            text.Append('{').Append(key).Append('}');
        }

        text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }
}

/// <summary>A number that only rises.</summary>
internal sealed class Counter(string name, string help, params string[] labels) : MetricFamily(name, help, "counter", labels)
{
    private readonly ConcurrentDictionary<string, double> samples = new(StringComparer.Ordinal);

    public void Add(double amount, params ReadOnlySpan<string> values) =>
        samples.AddOrUpdate(KeyOf(values), static (_, a) => a, static (_, old, a) => old + a, amount);

    public void Increment(params ReadOnlySpan<string> values) => Add(1, values);

    /// <summary>What it counted is gone.</summary>
    public void Forget(params ReadOnlySpan<string> values) => samples.TryRemove(KeyOf(values), out _);

    protected override void WriteSamples(StringBuilder text)
    {
        foreach ((string key, double value) in samples.ToArray().OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            WriteSample(text, Name, key, value);
        }
    }
}

/// <summary>Numbers that are read when somebody asks; one that only rises has a name that says so.</summary>
/// <param name="name">Metric name.</param>
/// <param name="help">Help text.</param>
/// <param name="labels">Label names.</param>
/// <param name="read">The label values and value of each sample.</param>
internal sealed class Gauge(string name, string help, string[] labels, Func<IEnumerable<(string[] Labels, double Value)>> read)
    : MetricFamily(name, help, name.EndsWith("_total", StringComparison.Ordinal) ? "counter" : "gauge", labels)
{
    protected override void WriteSamples(StringBuilder text)
    {
        foreach ((string[] values, double value) in read())
        {
            WriteSample(text, Name, KeyOf(values), value);
        }
    }
}
