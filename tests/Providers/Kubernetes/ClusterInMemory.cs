using System.Collections.Concurrent;
using CsiSecrets.Model;
using CsiSecrets.Providers;

namespace CsiSecrets.Tests.Providers.Kubernetes;

/// <summary>A cluster of Secrets, tokens and other clusters (which are itself), as delegates.</summary>
internal sealed class ClusterInMemory
{
    private int version;

    public ConcurrentDictionary<(string Namespace, string Name), Stored> Secrets { get; } = new();

    public List<ClusterTarget> Targets { get; } = [];

    public ConcurrentQueue<string> Calls { get; } = new();

    public bool MayRead { get; set; } = true;

    public SecretsException? Fail { get; set; }

    public ClusterAccess Access => new()
    {
        FindServiceAccount = (_, _, _, _) => Task.FromResult<ServiceAccountFacts?>(null),
        NodeRegion = _ => Task.FromResult<string?>(null),
        FindSecretKey = (ns, name, key, _) => Task.FromResult(
            Secrets.TryGetValue((ns, name), out Stored? stored) && stored.Data.TryGetValue(key, out byte[]? value) ? SecretBytes.Copy(value) : null),
        FindConfigMapKey = (ns, name, key, _) => Task.FromResult<string?>(name == "absent" ? null : $"pem of {ns}/{name}/{key}"),
        CreateToken = (ns, name, audiences, _) =>
        {
            Calls.Enqueue($"token {ns}/{name} {string.Join(' ', audiences)}");
            return Task.FromResult<PodToken?>(new PodToken(SecretBytes.FromText($"token of {ns}/{name}"), DateTimeOffset.MaxValue));
        },
        Connect = Connect,
    };

    public void Put(string ns, string name, params (string Key, string Value)[] data) =>
        Put(ns, name, [], data.Select(d => (d.Key, System.Text.Encoding.UTF8.GetBytes(d.Value))).ToArray());

    public void Put(string ns, string name, (string Key, string Value)[] labels, (string Key, byte[] Value)[] data) => Secrets[(ns, name)] = new Stored(
        $"uid-{name}/{++version}", labels.ToDictionary(l => l.Key, l => l.Value), data.ToDictionary(d => d.Key, d => d.Value));

    private ClusterReader Connect(ClusterTarget target)
    {
        Targets.Add(target);
        return new ClusterReader
        {
            FindSecret = (ns, name, _) =>
            {
                Calls.Enqueue($"get {ns}/{name}");
                return Fail is { } why ? throw why : Task.FromResult(Secrets.TryGetValue((ns, name), out Stored? stored) ? Of(name, stored) : null);
            },
            ListSecrets = (ns, selector, wanted, _) =>
            {
                Calls.Enqueue($"list {ns} {selector}");
                string[] labels = selector.Split(',', StringSplitOptions.RemoveEmptyEntries);
                return Fail is { } why ? throw why : Task.FromResult<IReadOnlyList<ClusterSecret>>(
                [
                    .. Secrets.Where(s => s.Key.Namespace == ns && wanted(s.Key.Name) && labels.All(l => s.Value.Labels.Any(p => $"{p.Key}={p.Value}" == l)))
                        .Select(s => Of(s.Key.Name, s.Value)),
                ]);
            },
            MayReadSecrets = (ns, _) => Fail is { } why ? throw why : Task.FromResult(MayRead),
        };
    }

    private static ClusterSecret Of(string name, Stored stored)
    {
        var data = new SecretSet();
        foreach ((string key, byte[] value) in stored.Data)
        {
            data.Put(key, SecretBytes.Copy(value));
        }

        return new ClusterSecret
        {
            Name = name,
            Version = stored.Version,
            Labels = stored.Labels,
            Annotations = new Dictionary<string, string> { ["note"] = "a & b" },
            Data = data,
        };
    }

    internal sealed record Stored(string Version, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, byte[]> Data);
}
