using CsiSecrets.Model;
using CsiSecrets.Providers.Objects;

namespace CsiSecrets.Providers.Aws;

/// <summary>A SecretProviderClass of provider <c>aws</c>.</summary>
internal sealed record AwsClassPlan : ClassPlan
{
    public required AwsSettings Settings { get; init; }
}

/// <summary>A selection with what every object that it finds has in common.</summary>
internal sealed record AwsPlannedSelection(SecretRequest Request, AwsSelection Selection, FileShape Shape) : PlannedSelection(Request);

/// <summary>The listing as a request; its key holds the shape too, because two classes share one listing only when all is equal.</summary>
internal sealed record AwsSelectionRequest : SecretRequest;

/// <summary>What a selection looks for; each criterion that is given must hold.</summary>
/// <param name="Store">Where.</param>
/// <param name="Path">Objects whose names start with it.</param>
/// <param name="NamePattern">An RE2 pattern that matches somewhere in the name.</param>
/// <param name="Tags">Tags that the object carries with these values.</param>
/// <param name="StripPrefix">Taken off the start of a name before it becomes a file name.</param>
/// <param name="Label">Stage or label to read; null for the current value.</param>
internal sealed record AwsSelection(
    AwsStore Store,
    string? Path,
    string? NamePattern,
    IReadOnlyList<KeyValuePair<string, string>> Tags,
    string? StripPrefix,
    string? Label);
