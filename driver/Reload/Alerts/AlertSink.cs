namespace CsiSecrets.Reload.Alerts;

/// <summary>Whose form an alert has.</summary>
internal enum AlertSink
{
    /// <summary>Plain text.</summary>
    Raw,
    Slack,
    Teams,
    GoogleChat,
}
