using System.Text.Json.Nodes;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Sync.SecretObjects;

/// <summary>The controller with secret objects, in a namespace that opted in, and the objects that a node and people write.</summary>
internal sealed class MirrorUnderTest : IAsyncDisposable
{
    public const string Ns = ControllerUnderTest.Ns;
    private const string Group = "secrets-store.csi.x-k8s.io";

    private MirrorUnderTest(ControllerUnderTest controller) => Controller = controller;

    public ControllerUnderTest Controller { get; }

    public FakeKubeApi Api => Controller.Api;

    public FakeProvider Provider => Controller.Classes;

    public static async Task<MirrorUnderTest> StartAsync(bool enabled = true, Action<MirrorUnderTest>? before = null)
    {
        MirrorUnderTest? made = null;
        await ControllerUnderTest.StartAsync(c =>
        {
            made = new MirrorUnderTest(c);
            c.Options.SecretObjects = true;
            c.Namespace(c.Options.Sync.KeyNamespace);
            c.Provider().Put("password", "hunter2");
            if (enabled)
            {
                c.Namespace(Ns, ("secrets-store.csi.k8s.io/secret-objects", "enabled"));
            }

            made.Account("web");
            made.Account("other");
            before?.Invoke(made);
        });
        return made!;
    }

    public void Account(string name) => Api.Put("serviceaccounts", Object(name).ToJsonString());

    /// <summary>A class that mirrors the file <c>password</c> into keys <c>pw</c> of these Secrets.</summary>
    public void Class(string name, params string[] secrets) => Class(name, "fake", secrets);

    public void Class(string name, string provider, string[] secrets, string objects = "password", string? account = null)
    {
        if (account is not null)
        {
            Api.Annotate("secretproviderclasses", Ns, name, "secrets-store.csi.k8s.io/sync-service-account", account);
        }

        Api.Edit("secretproviderclasses", Ns, name, one => one["spec"] = new JsonObject
        {
            ["provider"] = provider,
            ["parameters"] = new JsonObject { ["objects"] = objects },
            ["secretObjects"] = new JsonArray([.. secrets.Select(s => (JsonNode)new JsonObject
            {
                ["secretName"] = s,
                ["type"] = "Opaque",
                ["labels"] = new JsonObject { ["environment"] = "test" },
                ["annotations"] = new JsonObject { ["note"] = "mirrored" },
                ["data"] = new JsonArray(new JsonObject { ["objectName"] = "password", ["key"] = "pw" }),
            })]),
        });
    }

    /// <summary>The classes <c>app</c> and <c>other</c> in use, with their Secrets <c>db</c> and <c>kept</c>, and told of.</summary>
    public async Task TwoClassesAsync()
    {
        Class("app", "db");
        Class("other", "kept");
        Pod("web-1", "app");
        Pod("web-2", "other");
        await ValueAsync("hunter2");
        await ValueAsync("hunter2", "kept");
        await Wait.UntilAsync(() => Entry("app", "db") is not null && Entry("other", "kept") is not null, "statuses");
    }

    /// <summary>A running pod of a ReplicaSet (or of nobody) that mounts the class, and the status that its node writes.</summary>
    public string Pod(string name, string ofClass, string account = "web", string? owner = "web-rs", string version = "v1", JsonObject? more = null)
    {
        JsonObject pod = Object(name);
        if (owner is not null)
        {
            pod["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject
            {
                ["apiVersion"] = "apps/v1",
                ["kind"] = "ReplicaSet",
                ["name"] = owner,
                ["uid"] = $"uid-of-{owner}",
                ["controller"] = true,
                ["blockOwnerDeletion"] = true,
            });
        }

        pod["spec"] = more ?? [];
        pod["spec"]!["serviceAccountName"] = account;
        pod["spec"]!["volumes"] = new JsonArray(new JsonObject
        {
            ["name"] = "secrets",
            ["csi"] = new JsonObject { ["driver"] = "secrets-store.csi.k8s.io", ["readOnly"] = true, ["volumeAttributes"] = new JsonObject { ["secretProviderClass"] = ofClass } },
        });
        pod["status"] = new JsonObject { ["phase"] = "Running" };
        string uid = (string)Api.Put("pods", pod.ToJsonString())["metadata"]!["uid"]!;
        Status(name, uid, ofClass, version);
        return uid;
    }

    public void Status(string pod, string podUid, string ofClass, string version)
    {
        JsonObject status = Object($"{pod}-{Ns}-{ofClass}");
        status["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["name"] = pod, ["uid"] = podUid });
        status["status"] = new JsonObject
        {
            ["podName"] = pod,
            ["secretProviderClassName"] = ofClass,
            ["mounted"] = true,
            ["targetPath"] = $"/var/lib/kubelet/pods/{podUid}/volumes/kubernetes.io~csi/secrets/mount",
            ["objects"] = new JsonArray(new JsonObject { ["id"] = "password", ["version"] = version }),
        };
        Api.Put("secretproviderclasspodstatuses", status.ToJsonString());
    }

    public void EndPod(string name, string ofClass)
    {
        Api.Delete("pods", Ns, name);
        Api.Delete("secretproviderclasspodstatuses", Ns, $"{name}-{Ns}-{ofClass}");
    }

    public string? Value(string secret = "db") => Controller.Data(secret)?.GetValueOrDefault("pw");

    public Task ValueAsync(string value, string secret = "db") =>
        Wait.UntilAsync(() => Value(secret) == value, $"Secret {secret} with {value}, it has {Value(secret)}; {string.Join(" | ", Controller.Events())}");

    public JsonObject? Entry(string ofClass, string secret) =>
        (Api.Get("secretproviderclasses", Ns, ofClass)?["status"]?["secretObjects"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(e => (string?)e["secretName"] == secret);

    public Task EventAsync(string reason) => Wait.UntilAsync(() => Controller.Events().Any(e => e.Contains(reason, StringComparison.Ordinal)), $"event {reason}, there are: {string.Join(" | ", Controller.Events())}");

    /// <summary>Calls that change something; tokens and the Lease apart.</summary>
    public int Writes() => Api.Requests.Count(r => !r.StartsWith("get", StringComparison.Ordinal) && !r.StartsWith("list", StringComparison.Ordinal)
        && !r.StartsWith("watch", StringComparison.Ordinal) && !r.Contains("leases", StringComparison.Ordinal) && !r.Contains("token", StringComparison.Ordinal));

    public Task PassQuietlyAsync(TimeSpan span) => Controller.PassQuietlyAsync(span);

    /// <summary>Calls by kind, and the events, for a failure's message.</summary>
    public string Said() => string.Join(", ", Api.Requests.GroupBy(r => r).Select(g => $"{g.Count()} {g.Key}")) + "; " + string.Join(" | ", Controller.Events().Distinct().Take(5));

    public ValueTask DisposeAsync() => Controller.DisposeAsync();

    private static JsonObject Object(string name) => new() { ["metadata"] = new JsonObject { ["namespace"] = Ns, ["name"] = name } };
}

file static class Shortcuts
{
    public static FakeProvider Provider(this ControllerUnderTest controller) => controller.Classes;
}
