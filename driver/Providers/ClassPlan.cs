using CsiSecrets.Model;

namespace CsiSecrets.Providers;

/// <summary>
/// A SecretProviderClass as its provider understands it: settings checked, objects listed. Pure data, made once per class version;
/// providers derive their own record that holds their settings.
/// </summary>
internal abstract record ClassPlan
{
    /// <summary><c>namespace/name</c> of the class, for messages.</summary>
    public required string ClassRef { get; init; }

    /// <summary>Objects that the class names one by one.</summary>
    public required IReadOnlyList<PlannedObject> Objects { get; init; }

    /// <summary>Selections (by path, name pattern, tag) whose objects are found by listing.</summary>
    public IReadOnlyList<PlannedSelection> Selections { get; init; } = [];
}

/// <summary>One object and the shape of the files made from it.</summary>
/// <param name="Request">What to read.</param>
/// <param name="ShapeHash">Changes whenever the same value would give other files (aliases, paths, modes, decoding).</param>
internal record PlannedObject(SecretRequest Request, string ShapeHash);

/// <summary>A listing whose result names objects.</summary>
/// <param name="Request">The listing as a request: its key identifies it, its name is for messages.</param>
internal record PlannedSelection(SecretRequest Request);
