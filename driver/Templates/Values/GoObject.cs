namespace CsiSecrets.Templates.Values;

/// <summary>A Go struct (or a pointer to one) that a function returned: a time, a version, a certificate.</summary>
internal abstract class GoObject
{
    public abstract GoType Type { get; }

    /// <summary>What Go's String method returns; null where the type has none and prints its fields.</summary>
    public abstract GoString? Text { get; }

    /// <summary>Exported fields, in order, by name.</summary>
    public virtual IReadOnlyList<(string Name, object? Value)> Fields => [];

    /// <summary>The method of that name, bound to this value; null where there is none.</summary>
    public virtual Functions.TemplateFunction? Method(string name) => null;

    /// <summary>Go's == or reflect.DeepEqual.</summary>
    public abstract bool SameAs(GoObject other);
}
