using System.Text.Json.Serialization;

namespace CsiSecrets.Model.Manifests;

/// <summary>core/v1 Event.</summary>
internal sealed record KubeEvent : KubeObject
{
    public ObjectReference? InvolvedObject { get; init; }

    /// <summary>One word in CamelCase that machines may match.</summary>
    public string Reason { get => field ?? ""; init; }

    /// <summary>For people; the server takes at most 1,024 bytes.</summary>
    public string Message { get => field ?? ""; init; }

    /// <summary>Normal or Warning.</summary>
    public string Type { get => field ?? ""; init; }

    public EventSource? Source { get; init; }

    [JsonConverter(typeof(KubeTime))]
    public DateTimeOffset? FirstTimestamp { get; init; }

    [JsonConverter(typeof(KubeTime))]
    public DateTimeOffset? LastTimestamp { get; init; }

    public int? Count { get; init; }
}

internal sealed record EventSource
{
    public string Component { get => field ?? ""; init; }

    public string? Host { get; init; }
}

/// <summary>What an event is about.</summary>
internal sealed record ObjectReference
{
    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public string? Namespace { get; init; }

    public string? Name { get; init; }

    public string? Uid { get; init; }

    public string? ResourceVersion { get; init; }

    public string? FieldPath { get; init; }
}
