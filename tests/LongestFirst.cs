using CsiSecrets.Tests.Death;
using CsiSecrets.Tests.Death.Controllers;
using CsiSecrets.Tests.Hostile;
using CsiSecrets.Tests.Kube;
using CsiSecrets.Tests.Reload;
using CsiSecrets.Tests.Sync.BothServers;
using CsiSecrets.Tests.Sync.RealServer;
using CsiSecrets.Tests.Sync.RealServer.PeerCases;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(CsiSecrets.Tests.LongestFirst))]

namespace CsiSecrets.Tests;

/// <summary>Those that take half a minute and more start first, the longest at the head: begun last, each would be waited for alone. The others stay in
/// the runner's own order, another one each time.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    // By what `-xml` reports; a class of its own is a collection named after it.
    private static readonly string[] Longest =
    [
        RealServerOfPeerCases.Name,
        typeof(ControllerDeathTests).FullName!,
        RealServerOfControllers.Name,
        typeof(AwsAnswerTests).FullName!,
        typeof(RealApiServerTests).FullName!,
        typeof(DeathAtEachStepTests).FullName!,
        typeof(TwoControllersTests).FullName!,
        typeof(BombTests).FullName!,
        typeof(FakeTakeOverTests).FullName!,
        typeof(OwnRightsTests).FullName!,
        typeof(RealServerReloadTests).FullName!,
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. DefaultTestCollectionOrderer.Instance.OrderTestCollections(testCollections).OrderBy(static c => Rank(c.TestCollectionDisplayName))];

    private static int Rank(string name) => Array.FindIndex(Longest, l => name == l || name.Contains($" {l} ", StringComparison.Ordinal)) is var at and >= 0 ? at : Longest.Length;
}
