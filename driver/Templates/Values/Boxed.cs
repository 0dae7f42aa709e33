namespace CsiSecrets.Templates.Values;

/// <summary>Boxes that are made once.</summary>
internal static class Boxed
{
    public static readonly object True = true;
    public static readonly object False = false;
    private static readonly object[] SmallInts = [.. Enumerable.Range(-1, 258).Select(static i => (object)(nint)i)];

    public static object Bool(bool value) => value ? True : False;

    public static object Int(long value) => value is >= -1 and < 257 ? SmallInts[value + 1] : (nint)value;
}
