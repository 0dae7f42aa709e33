namespace CsiSecrets.Tests.Cluster.Faults;

/// <summary>Tests that take something away from the whole node: one after another, once the others have ended.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultsCollection
{
    public const string Name = "faults";
}
