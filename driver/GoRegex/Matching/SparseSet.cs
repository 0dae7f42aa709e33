namespace CsiSecrets.GoRegex.Matching;

/// <summary>A set of small integers in order of arrival, emptied at no cost.</summary>
internal sealed class SparseSet(int capacity)
{
    private readonly int[] places = new int[capacity];
    private readonly int[] members = new int[capacity];

    public int Count { get; private set; }

    public ReadOnlySpan<int> Members => members.AsSpan(0, Count);

    public bool Add(int value)
    {
        int place = places[value];
        if ((uint)place < (uint)Count && members[place] == value)
        {
            return false;
        }

        places[value] = Count;
        members[Count++] = value;
        return true;
    }

    public void Clear() => Count = 0;
}
