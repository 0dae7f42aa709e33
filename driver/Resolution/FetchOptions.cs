namespace CsiSecrets.Resolution;

/// <summary>Bounds of the shared fetch layer.</summary>
internal sealed class FetchOptions
{
    /// <summary>A value may be shared among volumes for this long after it was asked for; then it is cleared.</summary>
    public TimeSpan ValueAge { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>One call to a provider, retries included, ends by then.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>All values held at once, in bytes; the oldest go first.</summary>
    public long ValueBytes { get; set; } = 8 << 20;

    /// <summary>What is known of an object that nobody asked about for so long is forgotten.</summary>
    public TimeSpan ForgetAfter { get; set; } = TimeSpan.FromHours(26);

    /// <summary>The same of an object that no volume has: no answer from memory is given for longer.</summary>
    public TimeSpan ForgetUnusedAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Beyond so many known objects, those that were not found or not to be had are not remembered, not even for a moment.</summary>
    public int MostRemembered { get; set; } = int.MaxValue;

    /// <summary>A failure is answered from memory for at least this long, doubling up to <see cref="FailureMaxAge"/>.</summary>
    public TimeSpan FailureAge { get; set; } = TimeSpan.FromSeconds(1);

    public TimeSpan FailureMaxAge { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long wants of one access gather before a call; zero for a call of its own for each caller, without the bounds below.</summary>
    public TimeSpan GatherWindow { get; set; }

    /// <summary>The same while much else is waiting to be asked for, so that batches fill.</summary>
    public TimeSpan BusyWindow { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>An access that was asked for no longer ago is likely to be asked for again while there is much to do.</summary>
    public TimeSpan LivelyFor { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>So many objects fly at once, however long the window: what providers read in one batch.</summary>
    public int GatherFull { get; set; } = int.MaxValue;

    /// <summary>The most objects in one gathered call.</summary>
    public int GatherItems { get; set; } = 100;

    /// <summary>The most calls of one access at once; what comes meanwhile gathers.</summary>
    public int GatherFlights { get; set; } = 2;

    /// <summary>The least time between two calls of one access: its rate limit.</summary>
    public TimeSpan FlightSpacing { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>So many calls of one access that fail in a row stop its calls for <see cref="BreakFor"/>, doubling up to <see cref="BreakMaxFor"/>.</summary>
    public int BreakAfter { get; set; } = 5;

    public TimeSpan BreakFor { get; set; } = TimeSpan.FromSeconds(5);

    public TimeSpan BreakMaxFor { get; set; } = TimeSpan.FromMinutes(2);
}
