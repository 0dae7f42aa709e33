using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Execution;

/// <summary>
/// A value as the evaluator holds it: nothing at all (a missing key, the result of a nil), a concrete value, or one that came out of
/// an interface {} (an element, a map entry), where null is a nil interface. Functions see only <see cref="Held"/>.
/// </summary>
internal readonly struct Value
{
    private readonly State state;

    private Value(object? held, State state)
    {
        Held = held;
        this.state = state;
    }

    private enum State : byte
    {
        Invalid,
        Concrete,
        Interface,
    }

    public static Value Invalid => default;

    public object? Held { get; }

    public bool IsValid => state != State.Invalid;

    /// <summary>A nil that is an interface {}, not an absence.</summary>
    public bool IsNilInterface => state == State.Interface && Held is null;

    /// <summary>The static type as Go prints it.</summary>
    public string TypeName => state == State.Interface ? GoType.Interface.Name : GoType.Of(Held)!.Name;

    /// <summary>The value itself; nil becomes nothing.</summary>
    public static Value Of(object? held) => held is null ? default : new Value(held, State.Concrete);

    /// <summary>An element of a container of that element type.</summary>
    public static Value ElementOf(GoType element, object? held) =>
        element.Kind == GoKind.Interface ? new Value(held, State.Interface) : Of(held);

    /// <summary>What a function returned.</summary>
    public static Value Result(object? held) => new(held, held is null ? State.Interface : State.Concrete);

    /// <summary>The concrete value inside an interface.</summary>
    public Value Unwrap() => state == State.Interface ? Of(Held) : this;
}
