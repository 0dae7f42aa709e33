using System.Text.Json.Nodes;
using CsiSecrets.Hosting;
using CsiSecrets.Tests.Fakes;

namespace CsiSecrets.Tests.Reload;

/// <summary>Some namespaces and no right to the whole cluster.</summary>
public sealed class ReloadScopeTests
{
    [Fact]
    public async Task NamedNamespaces_AreWatchedEach_AndNoOtherIsReloaded()
    {
        bool everywhere = false;
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync(t =>
        {
            t.Options.Namespaces = [ReloadUnderTest.Ns, "second"];
            t.Options.NamespaceSelector = "team=x"; // nobody may ask for namespaces then
            foreach (string ns in (string[])["second", "third"])
            {
                Copy(t, "secrets", "app-db", ns);
                Copy(t, "deployments", "app", ns);
            }

            t.Api.Fault = route =>
            {
                everywhere |= route is { Namespace: "", Verb: "list" or "watch" or "get" };
                return null;
            };
        });
        await test.RecordedAsync();
        await test.UntilAsync(() => Record(test, "second") is not null, "the second one's record");

        foreach (string ns in (string[])[ReloadUnderTest.Ns, "second", "third"])
        {
            test.Api.Edit("secrets", ns, "app-db", static s => s["data"] = new JsonObject { ["password"] = "dHdv" });
        }

        await test.PassUntilAsync(() => Mark(test, ReloadUnderTest.Ns) && Mark(test, "second"), "both marks");
        await test.PassAsync(10);

        Assert.False(Mark(test, "third"));
        Assert.Null(Record(test, "third"));
        Assert.False(everywhere);
    }

    [Fact]
    public async Task ANamespaceWithoutARole_HidesNoOther()
    {
        await using ReloadUnderTest test = await ReloadUnderTest.StartAsync(static t =>
        {
            t.Options.Namespaces = ["second", ReloadUnderTest.Ns];
            t.Api.Fault = static route => route.Namespace == "second" ? new FakeKubeApiFault { Code = 403 } : null;
        });
        await test.RecordedAsync();

        test.Secret("two");
        await test.PassUntilAsync(() => test.Mark().Length > 0, "the mark");
    }

    [Fact]
    public void Flags_NameThem()
    {
        Assert.Equal(["a", "b", "c"], ControllerOptions.Read(["--namespaces=a,b", "--namespaces=b, c", "--namespace=own"]).Options.Reload.Namespaces);
        Assert.Equal(["own"], ControllerOptions.Read(["--namespace=own"]).Options.Reload.Namespaces);
        Assert.Empty(ControllerOptions.Read([]).Options.Reload.Namespaces);
        Assert.Equal("--namespaces: Shop! is no name of a namespace", Assert.Single(ControllerOptions.Read(["--namespaces=shop,Shop!"]).Errors));
    }

    private static void Copy(ReloadUnderTest test, string resource, string name, string ns)
    {
        JsonObject one = test.Api.Get(resource, ReloadUnderTest.Ns, name)!;
        one["metadata"] = new JsonObject { ["namespace"] = ns, ["name"] = name, ["annotations"] = one["metadata"]!["annotations"]?.DeepClone() };
        test.Api.Put(resource, one.ToJsonString());
    }

    private static string? Record(ReloadUnderTest test, string ns) =>
        (string?)test.Api.Get("deployments", ns, "app")?["metadata"]?["annotations"]?["reload.csi-secrets/seen"];

    private static bool Mark(ReloadUnderTest test, string ns) =>
        test.Api.Get("deployments", ns, "app")!["spec"]!["template"]!.ToJsonString().Contains(ReloadUnderTest.Variable, StringComparison.Ordinal);
}
