namespace CsiSecrets.Kube;

/// <summary>One request as it was sent once.</summary>
/// <param name="Request">What.</param>
/// <param name="Status">The answer's; null when there was none.</param>
/// <param name="Took">Until the answer's head, or until it was sure that there is none.</param>
internal readonly record struct KubeAttempt(KubeRequest Request, int? Status, TimeSpan Took);
