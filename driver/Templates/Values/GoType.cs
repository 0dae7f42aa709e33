using System.Collections.Concurrent;
using System.Numerics;

namespace CsiSecrets.Templates.Values;

/// <summary>
/// A Go type: its printed name, kind and element. A Go value is an object whose CLR type tells the Go type:
/// bool, nint (int), int (int32), long (int64), nuint (uint), byte (uint8), uint (uint32), ulong (uint64), double (float64), Complex
/// (complex128), <see cref="GoString"/>, <see cref="GoList"/>, <see cref="GoMap"/>, <see cref="GoObject"/>; null is Go's nil interface.
/// </summary>
internal sealed class GoType
{
    private static readonly ConcurrentDictionary<GoType, GoType> Slices = new();

    public static readonly GoType Bool = new("bool", GoKind.Bool);
    public static readonly GoType Int = new("int", GoKind.Int);
    public static readonly GoType Int32 = new("int32", GoKind.Int32);
    public static readonly GoType Int64 = new("int64", GoKind.Int64);
    public static readonly GoType Uint = new("uint", GoKind.Uint);
    public static readonly GoType Uint8 = new("uint8", GoKind.Uint8);
    public static readonly GoType Uint32 = new("uint32", GoKind.Uint32);
    public static readonly GoType Uint64 = new("uint64", GoKind.Uint64);
    public static readonly GoType Float64 = new("float64", GoKind.Float64);
    public static readonly GoType Complex128 = new("complex128", GoKind.Complex128);
    public static readonly GoType String = new("string", GoKind.String);
    public static readonly GoType Interface = new("interface {}", GoKind.Interface);

    /// <summary>The type of a built-in's parameter that takes any value, nil included (Go's reflect.Value).</summary>
    public static readonly GoType Any = new("reflect.Value", GoKind.Struct);
    public static readonly GoType InterfaceMap = new("map[string]interface {}", GoKind.Map, Interface);
    public static readonly GoType StringMap = new("map[string]string", GoKind.Map, String);
    public static readonly GoType InterfaceSlice = SliceOf(Interface);

    public GoType(string name, GoKind kind, GoType? element = null)
    {
        Name = name;
        Kind = kind;
        Element = element;
    }

    public string Name { get; }

    public GoKind Kind { get; }

    public GoType? Element { get; }

    /// <summary>Whether nil is a value of this type.</summary>
    public bool CanBeNil => Kind is GoKind.Interface or GoKind.Map or GoKind.Ptr or GoKind.Slice || ReferenceEquals(this, Any);

    /// <summary>reflect.Kind's own name.</summary>
    public string KindName => Kind switch
    {
        GoKind.Slice => "slice",
        GoKind.Map => "map",
        GoKind.Struct => "struct",
        GoKind.Ptr => "ptr",
        GoKind.Interface => "interface",
        GoKind.Invalid => "invalid",
        _ => Kind.ToString().ToLowerInvariant(),
    };

    public static GoType SliceOf(GoType element) =>
        Slices.GetOrAdd(element, static e => new GoType("[]" + e.Name, GoKind.Slice, e));

    /// <summary>The type of a value; null for nil.</summary>
    public static GoType? Of(object? value) => value switch
    {
        null => null,
        GoString => String,
        bool => Bool,
        nint => Int,
        long => Int64,
        double => Float64,
        GoList list => SliceOf(list.Element),
        GoMap map => map.Element.Kind == GoKind.String ? StringMap : InterfaceMap,
        GoObject other => other.Type,
        byte => Uint8,
        int => Int32,
        uint => Uint32,
        ulong => Uint64,
        nuint => Uint,
        Complex => Complex128,
        _ => throw new InvalidOperationException("not a template value: " + value.GetType().Name),
    };

    /// <summary>The zero value: null stands for every nil but those of maps and slices, which keep their type.</summary>
    public object? Zero => Kind switch
    {
        GoKind.String => GoString.Empty,
        GoKind.Bool => Boxed.False,
        GoKind.Int => (nint)0,
        GoKind.Int64 => 0L,
        GoKind.Float64 => 0d,
        GoKind.Uint8 => (byte)0,
        GoKind.Map => GoMap.Nil(Element!),
        GoKind.Slice => GoList.Nil(Element!),
        _ => null,
    };

    public override string ToString() => Name;
}
