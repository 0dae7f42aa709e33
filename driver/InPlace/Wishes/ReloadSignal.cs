namespace CsiSecrets.InPlace.Wishes;

/// <summary>
/// The signals by which programs take up new files, with their numbers, the same on x86_64 and aarch64. None that ends, stops or dumps a
/// process for good: for a restart there are rolling restarts.
/// </summary>
internal enum ReloadSignal
{
    SIGHUP = 1,
    SIGUSR1 = 10,
    SIGUSR2 = 12,
    SIGWINCH = 28,
}
