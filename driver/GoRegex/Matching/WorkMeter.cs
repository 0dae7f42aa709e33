namespace CsiSecrets.GoRegex.Matching;

/// <summary>Looks at the cancellation token each few thousand steps.</summary>
internal struct WorkMeter(CancellationToken cancellationToken)
{
    private const int StepsPerLook = 16 * 1024;
    private int left = StepsPerLook;

    public void Spend(int steps)
    {
        left -= steps;
        if (left < 0)
        {
            left = StepsPerLook;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
