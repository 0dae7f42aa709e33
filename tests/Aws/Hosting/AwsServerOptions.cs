using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;

namespace CsiSecrets.Tests.Aws.Hosting;

/// <summary>Where the endpoint listens, and by which clock.</summary>
internal sealed record AwsServerOptions
{
    /// <summary>http:// or https:// URLs with an IP address; port 0 takes a free one.</summary>
    public ImmutableArray<string> Listen { get; init; } = ["http://127.0.0.1:0"];

    /// <summary>A listener for the control API alone; null puts it on all listeners.</summary>
    public string? Control { get; init; }

    /// <summary>For https listeners; null makes one, which is its own authority.</summary>
    public X509Certificate2? Certificate { get; init; }

    public string Account { get; init; } = "111122223333";

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
