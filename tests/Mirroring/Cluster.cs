using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsiSecrets.Kube;
using CsiSecrets.Kube.Secrets;
using CsiSecrets.Mirroring;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Tests.Kube;

namespace CsiSecrets.Tests.Mirroring;

/// <summary>A namespace of an API server, as a test and other people write to it.</summary>
internal sealed class Cluster(KubeHttp http, string ns)
{
    private static readonly ResourceType<AnyObject> Secrets = AnyObject.Type("", "v1", "secrets", "Secret", true);

    public KubeClient Client { get; } = new(http, TimeProvider.System);

    public string Namespace => ns;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ObjectKey Key(string name) => new(ns, name);

    /// <summary>Creates a Secret in a manager's name, by update.</summary>
    public Task CreateAsync(string name, string manager, string metadata, string rest) => SendAsync(
        HttpMethod.Post, Secrets.CollectionPath(ns), manager, "application/json",
        $$"""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"{{name}}"{{(metadata.Length > 0 ? "," + metadata : "")}}},{{rest}}}""");

    /// <summary>Changes a Secret in a manager's name, by a merge patch.</summary>
    public Task EditAsync(string name, string manager, string patch) =>
        SendAsync(HttpMethod.Patch, Secrets.ObjectPath(Key(name)), manager, "application/merge-patch+json", patch);

    /// <summary>Applies in a manager's name.</summary>
    public Task ApplyAsync(string name, string manager, string rest) => SendAsync(
        HttpMethod.Patch, Secrets.ObjectPath(Key(name)), manager, "application/apply-patch+yaml",
        $$"""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"{{name}}"},{{rest}}}""");

    public Task<bool> DeleteAsync(string name) => Client.DeleteAsync(Secrets, Key(name), Ct);

    public async Task<ObservedSecret?> SeeAsync(string name) => await Client.GetAsync(SecretTypes.Observed, Key(name), Ct);

    /// <summary>The data as text, e.g. <c>a=1 b=2</c>; null when there is no Secret.</summary>
    public async Task<string?> DataAsync(string name)
    {
        using LiveSecret? live = await Client.GetAsync(SecretTypes.Live, Key(name), Ct);
        return live is null ? null : string.Join(' ', live.Values.Items.Select(static i => $"{i.Key}={Encoding.UTF8.GetString(i.Value.Span)}"));
    }

    public async Task<JsonNode> RawAsync(string name)
    {
        AnyObject any = (await Client.GetAsync(Secrets, Key(name), Ct))!;
        return JsonNode.Parse(JsonSerializer.Serialize(any, AnyObjectJson.Default.AnyObject))!;
    }

    private Task<bool> SendAsync(HttpMethod method, string path, string manager, string type, string body) => http.SendAsync(
        new KubeRequest(method, $"{path}?fieldManager={Uri.EscapeDataString(manager)}{(type.Contains("apply", StringComparison.Ordinal) ? "&force=true" : "")}", $"{method} {path}", false)
        {
            Body = Encoding.UTF8.GetBytes(body),
            ContentType = type,
        },
        static (_, _) => Task.FromResult(true),
        false,
        Ct);
}

/// <summary>Wishes of the tests.</summary>
internal static class Wish
{
    public const string Uid = "0b1c8a3e-55d0-4a2e-9d7c-3f1f6d4f0001";

    public static DesiredSecret For(Cluster cluster, string target, MirrorMode mode, string data, string from = "db") => new()
    {
        Key = cluster.Key(target),
        From = new Contributor { Namespace = cluster.Namespace, Name = from },
        Mode = mode,
        Data = Data(data),
    };

    /// <summary>As <c>creationPolicy: Owner</c>.</summary>
    public static DesiredSecret Owned(Cluster cluster, string target, string data, string from = "db", string uid = Uid) => new()
    {
        Key = cluster.Key(target),
        From = new Contributor { Namespace = cluster.Namespace, Name = from },
        Owners = [Contributor.OwnerOf(from, uid)],
        Data = Data(data),
    };

    /// <param name="text">E.g. <c>a=1 b=2</c>.</param>
    public static SecretSet Data(string text)
    {
        var data = new SecretSet();
        foreach (string[] pair in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static p => p.Split('=', 2)))
        {
            data.Put(pair[0], SecretBytes.FromText(pair[1]));
        }

        return data;
    }
}
