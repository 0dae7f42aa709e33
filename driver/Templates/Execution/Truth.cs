using System.Numerics;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Execution;

/// <summary>Go templates' idea of true: not the zero value, and not empty.</summary>
internal static class Truth
{
    public static bool Of(object? value) => value switch
    {
        null => false,
        GoString text => text.Length > 0,
        bool boolean => boolean,
        nint integer => integer != 0,
        long integer => integer != 0,
        double number => number != 0,
        GoList list => list.Count > 0,
        GoMap map => map.Count > 0,
        byte or int or uint or ulong or nuint => !IsZero(value),
        Complex complex => complex != Complex.Zero,
        _ => true,
    };

    private static bool IsZero(object value) => value switch
    {
        byte v => v == 0,
        int v => v == 0,
        uint v => v == 0,
        ulong v => v == 0,
        _ => (nuint)value == 0,
    };
}
