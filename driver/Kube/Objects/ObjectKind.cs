namespace CsiSecrets.Kube.Objects;

/// <summary>A kind of namespaced object, as discovery names it.</summary>
/// <param name="Group">Empty for the core group.</param>
internal sealed record ObjectKind(string Group, string Version, string Plural, string Kind)
{
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>As a Role names it with its group.</summary>
    public string Resource => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>To be watched: no value is kept.</summary>
    public ResourceType<ObservedObject> Observed => new(Group, Version, Plural, Kind, true, ObjectJson.Default.ObservedObject);

    /// <summary>To be read whole, for the moment of a write.</summary>
    public ResourceType<LiveObject> Live => new(Group, Version, Plural, Kind, true, ObjectJson.Default.LiveObject);

    public override string ToString() => Kind;
}
