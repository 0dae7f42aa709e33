using System.Globalization;

namespace CsiSecrets.Bench;

/// <summary>Prints figures as the rows of a table, each as it comes.</summary>
internal sealed class FigureTable(TextWriter output)
{
    private const int TextWidth = 72;

    public void Begin(string name)
    {
        output.WriteLine();
        output.WriteLine($"{name}   (load average {LoadAverage()})");
        output.WriteLine($"  {"figure",-TextWidth} {"value",10} {"unit",-8} {"floor",10} {"x floor",8}  {"target",-18} [what the floor is]");
    }

    public void Add(Figure figure)
    {
        string floor = figure.Floor is { } f ? Number(f.Value) : "";
        string ratio = figure.Floor is { Value: > 0 } g ? Number(figure.Value / g.Value) : "";
        string target = figure.Target is { } t ? $"{(t.AtLeast ? ">=" : "<=")} {Number(t.Bound)}{(t.IsMetBy(figure.Value) ? "" : "  MISSED")}" : "";
        string of = figure.Floor is { } named ? $"[{named.Name}]" : "";
        output.WriteLine($"  {figure.Text,-TextWidth} {Number(figure.Value),10} {figure.Unit,-8} {floor,10} {ratio,8}  {target,-18} {of}".TrimEnd());
        output.Flush();
    }

    public void Problem(string text) => output.WriteLine("  FAILED: " + text);

    public static string Number(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("0.00", CultureInfo.InvariantCulture),
        0 => "0",
        _ => value.ToString("0.000", CultureInfo.InvariantCulture),
    };

    private static string LoadAverage() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3));
}
