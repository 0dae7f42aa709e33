namespace CsiSecrets.Templates.Values;

/// <summary>A Go slice: element type and items. Never changed once made.</summary>
internal sealed class GoList
{
    public GoList(GoType element, object?[] items)
    {
        Element = element;
        Items = items;
    }

    private GoList(GoType element)
        : this(element, [])
    {
        IsNil = true;
    }

    public GoType Element { get; }

    public object?[] Items { get; }

    public int Count => Items.Length;

    /// <summary>Whether this is a nil slice, which prints as [] and encodes as null.</summary>
    public bool IsNil { get; }

    public static GoList Of(params object?[] items) => new(GoType.Interface, items);

    public static GoList Strings(IEnumerable<GoString> items) => new(GoType.String, [.. items]);

    public static GoList Nil(GoType element) => new(element);
}
