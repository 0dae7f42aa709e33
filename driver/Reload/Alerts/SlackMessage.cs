using System.Text.Json.Serialization;

namespace CsiSecrets.Reload.Alerts;

/// <summary>What Slack takes.</summary>
internal sealed record SlackMessage(IReadOnlyList<SlackAttachment> Attachments);

internal sealed record SlackAttachment
{
    public required string Text { get; init; }

    public string Color { get; init; } = "good";

    [JsonPropertyName("author_name")]
    public string Author { get; init; } = "Reloader";
}
