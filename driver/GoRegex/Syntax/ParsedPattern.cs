namespace CsiSecrets.GoRegex.Syntax;

/// <param name="GroupNames">Names by group number; [0] and unnamed groups are "".</param>
internal sealed record ParsedPattern(Node Root, IReadOnlyList<string> GroupNames);
