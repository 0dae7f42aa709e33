using CsiSecrets.Model;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>Collects every error of one manifest, so that its author sees all at once.</summary>
internal sealed class FieldProblems
{
    private const int MostShown = 20;

    private readonly List<string> problems = [];

    /// <param name="field">E.g. <c>spec.data[2].secretKey</c>.</param>
    /// <param name="cause">What is wrong with it; never a value.</param>
    /// <param name="remedy">What to do.</param>
    public void Add(string field, string cause, string remedy) => problems.Add($"{field}: {cause}: {remedy}");

    public void ThrowIfAny(FailureReason reason, string subject)
    {
        if (problems.Count > 0)
        {
            string more = problems.Count > MostShown ? $"; and {problems.Count - MostShown} more" : "";
            throw new SecretsException(reason, subject, string.Join("; ", problems.Take(MostShown)) + more, "");
        }
    }

    /// <summary>A manifest's text, made fit for one line of a message.</summary>
    public static string Show(string text)
    {
        string part = text.Length > 80 ? text[..80] + "..." : text;
        return "\"" + string.Concat(part.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)) + "\"";
    }
}
