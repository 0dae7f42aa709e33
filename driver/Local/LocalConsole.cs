namespace CsiSecrets.Local;

/// <summary>
/// What the reader sees. Standard output has paths: each new file's alone on a line, and what happened to one after its path and a colon.
/// All else goes to standard error. Never a value.
/// </summary>
internal sealed class LocalConsole(TextWriter output, TextWriter errors)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, SortedDictionary<string, string>> volumes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> problems = new(StringComparer.Ordinal);

    public void Say(string line)
    {
        lock (gate)
        {
            errors.WriteLine($"csi-secrets local: {line}");
            errors.Flush();
        }
    }

    /// <summary>A volume's files are these now: path to anything that is another when the file is.</summary>
    public void Files(string volumeId, IEnumerable<KeyValuePair<string, string>> files)
    {
        lock (gate)
        {
            var now = new SortedDictionary<string, string>(files.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
            bool first = !volumes.TryGetValue(volumeId, out SortedDictionary<string, string>? before);
            foreach ((string path, string face) in now)
            {
                if (first)
                {
                    output.WriteLine(path);
                }
                else if (!before!.TryGetValue(path, out string? old))
                {
                    output.WriteLine($"{path}: new");
                }
                else if (old != face)
                {
                    output.WriteLine($"{path}: changed");
                }
            }

            foreach (string path in before?.Keys.Where(p => !now.ContainsKey(p)) ?? [])
            {
                output.WriteLine($"{path}: removed");
            }

            volumes[volumeId] = now;
            output.Flush();
        }
    }

    /// <summary>The volume is gone.</summary>
    public void Forget(string volumeId)
    {
        lock (gate)
        {
            if (volumes.Remove(volumeId, out SortedDictionary<string, string>? files))
            {
                foreach (string path in files.Keys)
                {
                    output.WriteLine($"{path}: removed");
                }

                output.Flush();
            }
        }
    }

    /// <summary>Something is wrong; said once as long as it stays the same.</summary>
    public void Problem(string key, string what)
    {
        lock (gate)
        {
            if (problems.GetValueOrDefault(key) != what)
            {
                problems[key] = what;
                errors.WriteLine($"csi-secrets local: {what}");
                errors.Flush();
            }
        }
    }

    /// <summary>All that is wrong in the manifests now: says what is new and what is no longer so.</summary>
    public void Problems(IReadOnlyCollection<string> now)
    {
        lock (gate)
        {
            foreach (string gone in problems.Keys.Where(k => k.StartsWith("manifest:", StringComparison.Ordinal) && !now.Contains(problems[k])).ToList())
            {
                errors.WriteLine($"csi-secrets local: solved: {problems[gone]}");
                problems.Remove(gone);
            }
        }

        foreach (string one in now)
        {
            Problem("manifest:" + one, one);
        }
    }

    /// <summary>What was wrong with something matters no more: it is wanted no longer.</summary>
    public void Drop(string key)
    {
        lock (gate)
        {
            problems.Remove(key);
        }
    }

    /// <summary>What was wrong is so no longer.</summary>
    public void Solved(string key)
    {
        lock (gate)
        {
            if (problems.Remove(key, out string? what))
            {
                errors.WriteLine($"csi-secrets local: solved: {what}");
                errors.Flush();
            }
        }
    }
}
