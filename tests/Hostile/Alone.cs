namespace CsiSecrets.Tests.Hostile;

/// <summary>Tests that need the whole machine to be done before the kubelet's two minutes: they run after the others, one by one.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
