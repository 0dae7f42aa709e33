namespace CsiSecrets.JsonQuery.JmesPath;

/// <summary>A built-in function: its name, its parameters' types and what it does.</summary>
/// <param name="Variadic">The last parameter may be given once or more.</param>
internal sealed record Function(string Name, bool Variadic, Func<Call, JsonTree> Body, params ArgumentTypes[] Parameters)
{
    public void CheckArity(int given, int offset)
    {
        if (given == Parameters.Length || (Variadic && given > Parameters.Length))
        {
            return;
        }

        string wanted = Variadic ? $"{Parameters.Length} or more" : $"{Parameters.Length}";
        throw new JmesPathException(JmesPathErrorKind.InvalidArity, $"{Name}() takes {wanted} arguments, {given} given", offset);
    }

    /// <summary>Throws InvalidType unless the argument fits; a reference is checked as such.</summary>
    public void CheckArgument(int position, JsonTree? value, int offset)
    {
        ArgumentTypes wanted = Parameters[Math.Min(position, Parameters.Length - 1)];
        if (!Fits(wanted, value))
        {
            string got = value is null ? "an expression" : FunctionTable.TypeName(value.Kind);
            throw new JmesPathException(
                JmesPathErrorKind.InvalidType, $"argument {position + 1} of {Name}() must be {Describe(wanted)}, it is {got}", offset);
        }
    }

    private static bool Fits(ArgumentTypes wanted, JsonTree? value)
    {
        if (value is null)
        {
            return wanted.HasFlag(ArgumentTypes.Reference);
        }

        ArgumentTypes kind = (ArgumentTypes)(1 << (int)value.Kind);
        return (wanted & kind) != 0
            || (wanted.HasFlag(ArgumentTypes.NumberArray) && IsArrayOf(value, JsonKind.Number))
            || (wanted.HasFlag(ArgumentTypes.StringArray) && IsArrayOf(value, JsonKind.String));
    }

    private static bool IsArrayOf(JsonTree value, JsonKind kind) =>
        value.Kind == JsonKind.Array && value.Items.All(item => item.Kind == kind);

    private static string Describe(ArgumentTypes types) => types.ToString() switch
    {
        "Reference" => "an expression (&...)",
        string names => names
            .Replace("NumberArray", "array of numbers", StringComparison.Ordinal)
            .Replace("StringArray", "array of strings", StringComparison.Ordinal)
            .Replace(", ", " or ", StringComparison.Ordinal)
            .ToLowerInvariant(),
    };
}
