
namespace CsiSecrets.Templates.Values;

/// <summary>A Go map with string keys. Like Go's it is a reference: <c>set</c> changes it for every holder.</summary>
internal sealed class GoMap
{
    private readonly Dictionary<GoString, object?> entries;

    public GoMap(GoType element, int capacity = 0)
    {
        Element = element;
        entries = new Dictionary<GoString, object?>(capacity);
    }

    /// <summary>interface {} or string.</summary>
    public GoType Element { get; }

    public int Count => entries.Count;

    /// <summary>Whether this is a nil map, which reads as empty and takes no entry.</summary>
    public bool IsNil { get; private init; }

    public IEnumerable<GoString> Keys => entries.Keys;

    public static GoMap OfAny(int capacity = 0) => new(GoType.Interface, capacity);

    public static GoMap Nil(GoType element) => new(element) { IsNil = true };

    public bool TryGet(GoString key, out object? value) => entries.TryGetValue(key, out value);

    public bool Contains(GoString key) => entries.ContainsKey(key);

    public void Set(GoString key, object? value)
    {
        if (IsNil)
        {
            throw new GoException("assignment to entry in nil map");
        }

        entries[key] = value;
    }

    public void Set(string key, object? value) => Set(GoString.From(key), value);

    public void Remove(GoString key) => entries.Remove(key);

    /// <summary>The entries in byte order of their keys: the order in which Go prints and ranges.</summary>
    public KeyValuePair<GoString, object?>[] Sorted()
    {
        KeyValuePair<GoString, object?>[] sorted = [.. entries];
        Array.Sort(sorted, static (a, b) => a.Key.CompareTo(b.Key));
        return sorted;
    }
}
