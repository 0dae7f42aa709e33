using System.Reflection;
using CsiSecrets.Tests.Manifests;

namespace CsiSecrets.Tests.Sync.RealServer.PeerCases;

/// <summary>Each named case of the peer's suites is a test on a real API server: the list is in a file, the names are on the tests.</summary>
public sealed class PeerCaseTests
{
    private static readonly string List = Path.Combine(Repository.Root, "tests/Cases/ExternalSecretsOperator/cases.txt");

    [Fact]
    public void EachCase_IsATest_AndNoTestNamesAnother()
    {
        string[] wanted = [.. File.ReadAllLines(List).Where(l => l.Length > 0 && l[0] != '#')];
        string[] shown = [.. Marked().SelectMany(m => m.GetCustomAttributes<PeerCaseAttribute>().Select(a => a.Name)), .. ScenarioTests.Names.Select(n => n.Data).Intersect(wanted)];
        Assert.Equal(wanted.Order(StringComparer.Ordinal).Distinct(), wanted.Order(StringComparer.Ordinal));
        Assert.Equal(wanted.Order(StringComparer.Ordinal), shown.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EachMarkedMethod_IsATestOnTheRealServer()
    {
        foreach (MethodInfo test in Marked())
        {
            Assert.Contains(test.GetCustomAttributes(), a => a is FactAttribute { Skip: null });
            Assert.Contains(test.DeclaringType!.GetCustomAttribute<CollectionAttribute>()?.Name, new[] { RealServerOfPeerCases.Name, RealServerOfControllers.Name });
        }
    }

    private static IEnumerable<MethodInfo> Marked() => typeof(PeerCaseTests).Assembly.GetTypes()
        .SelectMany(t => t.GetMethods(BindingFlags.Instance | BindingFlags.Public)).Where(m => m.IsDefined(typeof(PeerCaseAttribute)));
}
