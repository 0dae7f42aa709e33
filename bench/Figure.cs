namespace CsiSecrets.Bench;

/// <summary>One measured number, with what it is compared to.</summary>
internal sealed record Figure
{
    /// <summary>Stable, dotted, lower case: the key in the JSON file.</summary>
    public required string Key { get; init; }

    /// <summary>The row of the table.</summary>
    public required string Text { get; init; }

    public required double Value { get; init; }

    public required string Unit { get; init; }

    /// <summary>The least that this machine allows, measured in the same run.</summary>
    public Floor? Floor { get; init; }

    /// <summary>What it must reach; null for a figure without a target.</summary>
    public Target? Target { get; init; }
}

/// <summary>What a figure is held against.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">In the figure's unit.</param>
internal sealed record Floor(string Name, double Value);

/// <summary>A bound on a figure.</summary>
/// <param name="Bound">In the figure's unit.</param>
/// <param name="AtLeast">Whether the figure must be over the bound, not under it.</param>
internal sealed record Target(double Bound, bool AtLeast = false)
{
    public bool IsMetBy(double value) => AtLeast ? value >= Bound : value <= Bound;
}
