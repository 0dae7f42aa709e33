namespace CsiSecrets.AwsApi;

/// <summary>How often one request is tried.</summary>
/// <param name="Attempts">Calls, the first included.</param>
/// <param name="Delay">The same wait before each further call; null for a growing one.</param>
internal sealed record AwsRetry(int Attempts, TimeSpan? Delay);
