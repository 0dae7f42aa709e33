using System.Collections.Concurrent;

namespace CsiSecrets.Hosting;

/// <summary>What the process depends on and how it is: shown by <c>/readyz</c> and a metric, never a reason to restart.</summary>
internal sealed class Readiness
{
    private readonly ConcurrentDictionary<string, Func<string?>> checks = new(StringComparer.Ordinal);

    /// <summary>Adds a check that answers null while all is well.</summary>
    public void Add(string name, Func<string?> trouble) => checks[name] = trouble;

    public IReadOnlyList<(string Name, string? Trouble)> Look() =>
        [.. checks.ToArray().OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => (c.Key, c.Value()))];
}
