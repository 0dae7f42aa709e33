using CsiSecrets.GoRegex;

namespace CsiSecrets.Providers.Stores;

/// <summary>What <c>dataFrom.find</c> looks for: each criterion that is given must hold.</summary>
/// <param name="Path">Null or empty for anywhere.</param>
/// <param name="Name">Matches somewhere in the full name; null for any.</param>
/// <param name="NamePattern">The text of <paramref name="Name"/>.</param>
/// <param name="Tags">All must be there with these values.</param>
internal sealed record FindCriteria(string? Path, GoRegexp? Name, string? NamePattern, IReadOnlyList<KeyValuePair<string, string>> Tags);
