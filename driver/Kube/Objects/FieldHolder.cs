namespace CsiSecrets.Kube.Objects;

/// <summary>One entry of <c>managedFields</c>: who set which fields.</summary>
/// <param name="Manager">The field manager.</param>
/// <param name="Operation"><c>Apply</c> or <c>Update</c>.</param>
/// <param name="Paths">E.g. <c>spec.hosts</c> or <c>metadata.labels.app</c>.</param>
internal sealed record FieldHolder(string Manager, string Operation, IReadOnlySet<string> Paths)
{
    public const string Apply = "Apply";

    public bool IsApplyOf(string manager) => Manager == manager && Operation == Apply;
}
