using CsiSecrets.Model;

namespace CsiSecrets.Providers.Objects;

/// <summary>Collects every error of one class, so that its author sees them at once.</summary>
internal sealed class FieldErrors
{
    private const int MostShown = 50;

    private readonly List<string> errors = [];

    /// <param name="field">E.g. <c>objects[2].objectName</c>.</param>
    /// <param name="cause">What is wrong with it; never a secret.</param>
    public void Add(string field, string cause) => errors.Add($"{field}: {cause}");

    public void ThrowIfAny(string classRef)
    {
        if (errors.Count > 0)
        {
            string more = errors.Count > MostShown ? $"; and {errors.Count - MostShown} more" : "";
            throw new SecretsException(
                FailureReason.ClassInvalid, $"SecretProviderClass {classRef}", string.Join("; ", errors.Take(MostShown)) + more, "");
        }
    }
}
