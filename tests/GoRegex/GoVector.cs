namespace CsiSecrets.Tests.GoRegex;

/// <summary>What Go 1.19 answers for a pattern; every string is base64, since neither patterns nor texts need be UTF-8.</summary>
/// <param name="P">Pattern.</param>
/// <param name="E">Message of the refusal, or null.</param>
/// <param name="T">Texts.</param>
/// <param name="R">For each text, FindAllSubmatchIndex(text, -1).</param>
/// <param name="X">For each text, ReplaceAllString(text, "&lt;$0-${1}$n1&gt;").</param>
/// <param name="S">For each text, Split with the limit of <see cref="SplitLimit"/>, pieces separated by commas.</param>
internal sealed record GoVector(string P, string? E, string[]? T, int[][]?[]? R, string[]? X, string[]? S)
{
    public static int SplitLimit(int vector, int text) => new[] { -1, 2, 0, 3 }[(text % 2) + (vector % 3)];
}
