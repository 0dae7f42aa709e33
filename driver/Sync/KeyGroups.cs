using System.Collections.Concurrent;

namespace CsiSecrets.Sync;

/// <summary>A few members under each of very many keys, in the least memory. Safe for many threads; a group is never changed, but replaced.</summary>
internal sealed class KeyGroups<TKey, TMember>
    where TKey : notnull
    where TMember : notnull
{
    private readonly ConcurrentDictionary<TKey, TMember[]> groups = new();

    public IReadOnlyList<TMember> Of(TKey key) => groups.TryGetValue(key, out TMember[]? members) ? members : [];

    public void Add(TKey key, TMember member) => groups.AddOrUpdate(
        key,
        static (_, one) => [one],
        static (_, members, one) => Array.IndexOf(members, one) < 0 ? [.. members, one] : members,
        member);

    public void Remove(TKey key, TMember member)
    {
        while (groups.TryGetValue(key, out TMember[]? members) && Array.IndexOf(members, member) >= 0)
        {
            bool done = members.Length == 1
                ? groups.TryRemove(KeyValuePair.Create(key, members))
                : groups.TryUpdate(key, [.. members.Where(m => !m.Equals(member))], members);
            if (done)
            {
                return;
            }
        }
    }
}
