namespace CsiSecrets.JsonQuery.Gjson;

/// <summary>What one path may cost. A path is a tenant's input, and so is the value.</summary>
internal sealed class GjsonBudget
{
    private const int MostDepth = 64;
    private const int MostSteps = 1_000_000;
    private const int MostBytes = 16 * 1024 * 1024;

    private int depth;
    private int steps;
    private long bytes;

    public void Enter()
    {
        depth++;
        Require(depth <= MostDepth, $"nests deeper than {MostDepth}");
    }

    public void Leave() => depth--;

    public void Step()
    {
        steps++;
        Require(steps <= MostSteps, $"needs more than {MostSteps} steps");
    }

    public void Charge(int count)
    {
        bytes += count;
        Require(bytes <= MostBytes, $"makes more than {MostBytes} bytes");
    }

    private static void Require(bool good, string problem)
    {
        if (!good)
        {
            throw new JsonTreeException($"the path {problem}", 0, 0);
        }
    }
}
