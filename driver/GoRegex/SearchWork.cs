namespace CsiSecrets.GoRegex;

/// <summary>
/// Counts what searches cost: their steps and the matches they keep. Looks at the cancellation token each few thousand steps, and tells
/// an owner who has a budget, whose exception ends the search. One for any number of searches of one thread.
/// </summary>
/// <param name="onSteps">Told of the steps since the last time.</param>
/// <param name="onBytes">Told of memory before it is taken for matches.</param>
internal sealed class SearchWork(CancellationToken cancellationToken, Action<int>? onSteps = null, Action<int>? onBytes = null)
{
    private const int StepsPerLook = 16 * 1024;
    private int spent;

    public static implicit operator SearchWork(CancellationToken cancellationToken) => new(cancellationToken);

    public void Spend(int steps)
    {
        spent += steps;
        if (spent >= StepsPerLook)
        {
            Look();
        }
    }

    public void Keep(int bytes) => onBytes?.Invoke(bytes);

    /// <summary>Accounts for all steps so far.</summary>
    public void Look()
    {
        cancellationToken.ThrowIfCancellationRequested();
        int steps = spent;
        spent = 0;
        onSteps?.Invoke(steps);
    }
}
