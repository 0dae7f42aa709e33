using System.Text.Json.Serialization;

namespace CsiSecrets.Model.Manifests;

/// <summary>A manifest that users write. One that does not fit its kind hides no other: it is there with what could be read of it, and says
/// what could not.</summary>
internal abstract record UserManifest : KeptKubeObject
{
    /// <summary>A field, and what is wrong with it; null where all fits. Whoever decides from the object looks at this first.</summary>
    [JsonIgnore]
    public string? Unreadable { get; init; }

    /// <summary>Throws the reason where the object does not fit its kind.</summary>
    public void RequireReadable(FailureReason reason, string subject)
    {
        if (Unreadable is { } problem)
        {
            throw new SecretsException(reason, subject, problem, "correct the manifest");
        }
    }
}
