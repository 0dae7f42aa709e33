namespace CsiSecrets.Kube;

/// <summary>Spreads waits, so that nodes that lost their server together do not come back together.</summary>
internal static class Jitter
{
    /// <summary>Between half and one and a half of <paramref name="span"/>.</summary>
    public static TimeSpan Around(TimeSpan span) => span * (0.5 + Random.Shared.NextDouble());

    /// <summary>The n-th wait (from 1) of a series that doubles from <paramref name="first"/> up to <paramref name="most"/>.</summary>
    public static TimeSpan Backoff(int n, TimeSpan first, TimeSpan most)
    {
        double factor = Math.Pow(2, Math.Clamp(n - 1, 0, 30));
        return Around(first * factor < most ? first * factor : most);
    }
}
