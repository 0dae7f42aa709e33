using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Execution;

/// <summary>Go's integer kinds seen as one.</summary>
internal static class Integers
{
    public static bool TryWiden(object? value, out Int128 wide)
    {
        switch (value)
        {
            case nint v:
                wide = v;
                return true;
            case long v:
                wide = v;
                return true;
            case int v:
                wide = v;
                return true;
            case byte v:
                wide = v;
                return true;
            case uint v:
                wide = v;
                return true;
            case ulong v:
                wide = v;
                return true;
            case nuint v:
                wide = v;
                return true;
            default:
                wide = 0;
                return false;
        }
    }

    public static bool IsUnsigned(object? value) => value is byte or uint or ulong or nuint;

    /// <summary>The number as the type of <paramref name="sample"/>.</summary>
    public static object Like(object sample, Int128 number) => sample switch
    {
        nint => Boxed.Int((long)number),
        long => (long)number,
        int => (int)number,
        byte => (byte)number,
        uint => (uint)number,
        ulong => (ulong)number,
        _ => (nuint)number,
    };
}
