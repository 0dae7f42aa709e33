namespace CsiSecrets.InPlace;

/// <summary>Settings of in-place reload. All of it is off unless a flag says otherwise.</summary>
internal sealed class InPlaceOptions
{
    /// <summary>Pods may ask for an HTTP call.</summary>
    public bool Enabled { get; set; }

    /// <summary>Pods may ask for a signal, too: this takes a privilege more.</summary>
    public bool Signals { get; set; }
}
