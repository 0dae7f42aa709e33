namespace CsiSecrets.Reload.Alerts;

/// <summary>What Teams and Google Chat take.</summary>
internal sealed record TextMessage(string Text);
