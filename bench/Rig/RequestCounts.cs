using System.Globalization;
using System.Text.RegularExpressions;

namespace CsiSecrets.Bench.Rig;

/// <summary>What the API server counted: requests by verb and resource.</summary>
internal sealed partial class RequestCounts
{
    private static readonly string[] Reads = ["GET", "LIST", "WATCH", "CONNECT"];

    private readonly Dictionary<(string Verb, string Resource), double> counts = [];

    public static RequestCounts Read(string metrics)
    {
        var read = new RequestCounts();
        foreach (Match one in Sample().Matches(metrics))
        {
            string Label(string name) => Regex.Match(one.Groups[1].Value, $"\\b{name}=\"([^\"]*)\"").Groups[1].Value;
            (string, string) key = (Label("verb"), Label("resource"));
            read.counts[key] = read.counts.GetValueOrDefault(key) + double.Parse(one.Groups[2].Value, CultureInfo.InvariantCulture);
        }

        return read;
    }

    /// <summary>Writes to a resource and its parts.</summary>
    public double Writes(string resource) => counts.Where(c => c.Key.Resource == resource && !Reads.Contains(c.Key.Verb)).Sum(c => c.Value);

    /// <summary>Reads of single objects and lists.</summary>
    public double ReadsOf(string resource) => counts.Where(c => c.Key.Resource == resource && c.Key.Verb is "GET" or "LIST").Sum(c => c.Value);

    [GeneratedRegex(@"^apiserver_request_total\{(.*)\} (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Sample();
}
