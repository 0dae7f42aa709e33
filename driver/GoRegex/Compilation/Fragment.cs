namespace CsiSecrets.GoRegex.Compilation;

/// <summary>A piece of program under construction.</summary>
/// <param name="Start">Its first instruction; 0 where nothing can match.</param>
/// <param name="Ends">Exits that wait for their target.</param>
/// <param name="Nullable">Whether it can match without consuming.</param>
internal readonly record struct Fragment(int Start, PatchList Ends, bool Nullable);
