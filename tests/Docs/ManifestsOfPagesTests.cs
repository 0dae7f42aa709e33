using System.Text.RegularExpressions;
using CsiSecrets.Tests.Kube;
using CsiSecrets.Tests.Manifests;

namespace CsiSecrets.Tests.Docs;

/// <summary>The manifests that pages show are taken by a real API server as they stand.</summary>
public sealed partial class ManifestsOfPagesTests(RealApiServer server) : IClassFixture<RealApiServer>
{
    /// <summary>Of other programs: kubectl's own file, and the Prometheus operator's.</summary>
    private static readonly string[] Foreign = ["kind: Kustomization", "kind: PodMonitor"];

    private readonly AdminKubectl kubectl = new(server);

    [Fact]
    public async Task AManifestOfAPage_IsAccepted()
    {
        Assert.SkipUnless(server.Missing.Length == 0, server.Missing);
        (string Page, string Text)[] manifests = [.. Pages.All.SelectMany(Manifests)];
        Assert.True(manifests.Length >= 4, "README and docs show manifests");
        await kubectl.ApplyAsync("crds/rendered/base.yaml");
        await kubectl.ApplyAsync("daemonset/rendered/base.yaml");
        await kubectl.RunAsync("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
        foreach (string ns in manifests.SelectMany(m => Namespace().Matches(m.Text)).Select(m => m.Groups[1].Value).Where(n => n != "kube-system").Distinct())
        {
            await kubectl.TryAsync("create", "namespace", ns);
        }

        await kubectl.RunAsync("create", "serviceaccount", "shop", "-n", "shop");
        using var folder = new Fakes.TemporaryFolder();
        foreach ((string page, string text) in manifests)
        {
            await File.WriteAllTextAsync(folder["manifest.yaml"], text, TestContext.Current.CancellationToken);
            (int code, _, string errors) = await kubectl.TryAsync("apply", "--dry-run=server", "-f", folder["manifest.yaml"]);
            Assert.True(code == 0, $"{page}: {errors}{text}");
        }
    }

    private static IEnumerable<(string Page, string Text)> Manifests(string page)
    {
        string text = File.ReadAllText(page);
        return Fenced().Matches(text).Select(m => m.Groups[1].Value)
            .Concat(Indented().Matches(text).Select(m => m.Value.Replace("\n    ", "\n", StringComparison.Ordinal)[4..]))
            // This server has no controller that makes the token Secrets of its time.
            .Select(m => m.Replace("  serviceAccountName:", "  automountServiceAccountToken: false\n  serviceAccountName:", StringComparison.Ordinal))
            .Where(m => !Foreign.Any(f => m.Contains(f, StringComparison.Ordinal)))
            .Select(m => (Pages.NameOf(page), m));
    }

    [GeneratedRegex(@"namespace: ([a-z-]+)")]
    private static partial Regex Namespace();

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"^    apiVersion:.*\n(?:(?:    .*)?\n)*", RegexOptions.Multiline)]
    private static partial Regex Indented();
}
