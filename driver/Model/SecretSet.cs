namespace CsiSecrets.Model;

/// <summary>Names and plaintext, in ordinal order of names. Owns its values; the one set of secrets that passes from step to step.</summary>
internal sealed class SecretSet : IDisposable
{
    private readonly SortedDictionary<string, SecretBytes> values = new(StringComparer.Ordinal);

    public int Count => values.Count;

    public IReadOnlyCollection<string> Names => values.Keys;

    /// <summary>Still owned by the set.</summary>
    public IEnumerable<KeyValuePair<string, SecretBytes>> Items => values;

    /// <summary>The value, still owned by the set; null when there is none.</summary>
    public SecretBytes? Find(string name) => values.GetValueOrDefault(name);

    /// <summary>Takes over <paramref name="value"/>; one of the same name is disposed.</summary>
    public void Put(string name, SecretBytes value)
    {
        if (values.TryGetValue(name, out SecretBytes? old))
        {
            old.Dispose();
        }

        values[name] = value;
    }

    public bool Remove(string name)
    {
        if (!values.Remove(name, out SecretBytes? old))
        {
            return false;
        }

        old.Dispose();
        return true;
    }

    /// <summary>Another set on the same bytes, disposed on its own.</summary>
    public SecretSet Share()
    {
        var copy = new SecretSet();
        foreach ((string name, SecretBytes value) in values)
        {
            copy.values[name] = value.Share();
        }

        return copy;
    }

    public void Dispose()
    {
        foreach (SecretBytes value in values.Values)
        {
            value.Dispose();
        }
    }

    public override string ToString() => $"(redacted, {values.Count} names)";
}
