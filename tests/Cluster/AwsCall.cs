namespace CsiSecrets.Tests.Cluster;

/// <summary>One call, as the endpoint answered it.</summary>
internal sealed record AwsCall(string Operation, DateTimeOffset At);
