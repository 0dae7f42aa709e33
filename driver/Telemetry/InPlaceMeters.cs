namespace CsiSecrets.Telemetry;

/// <summary>Metrics of in-place reload.</summary>
internal sealed class InPlaceMeters
{
    private readonly Counter told = new("csi_secrets_in_place_reloads_total", "Attempts to tell an application of its new files.", "by", "outcome");

    public InPlaceMeters(Meters meters) => meters.Add(told);

    /// <param name="by"><c>http</c> or <c>signal</c>.</param>
    /// <param name="outcome"><c>done</c>, or what went wrong.</param>
    public void Told(string by, string outcome) => told.Increment(by, outcome);
}
