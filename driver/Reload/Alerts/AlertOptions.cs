namespace CsiSecrets.Reload.Alerts;

/// <summary>Where reloads are told, by Reloader's environment variables. The address is as good as a password: it is never logged.</summary>
internal sealed class AlertOptions
{
    public bool Enabled { get; set; }

    public AlertSink Sink { get; set; } = AlertSink.Raw;

    public string Url { get; set; } = "";

    public string Proxy { get; set; } = "";

    /// <summary>Put before each message, e.g. the cluster's name.</summary>
    public string Info { get; set; } = "";
}
