using System.Text;
using System.Text.Json;
using CsiSecrets.Tests.Fakes;
using CsiSecrets.Tests.Harness;
using Grpc.Core;
using Microsoft.Extensions.Logging.Testing;

namespace CsiSecrets.Tests.Hostile;

/// <summary>Searches everything that comes out of a process for values, in every form in which text is usually written.</summary>
internal sealed class MarkerSearch
{
    private readonly HashSet<string> forms = new(StringComparer.Ordinal);
    private readonly List<(string Place, string Text)> heard = [];

    public MarkerSearch(params string[] markers)
    {
        foreach (string marker in markers)
        {
            AddForms(marker);
        }
    }

    /// <summary>What a gRPC call said: status, trailers, and all that the exception prints.</summary>
    public async Task CallAsync(Task call)
    {
        try
        {
            await call;
        }
        catch (RpcException e)
        {
            heard.Add(("gRPC message", e.Status.Detail));
            heard.Add(("gRPC exception", e.ToString()));
            heard.AddRange(e.Trailers.Select(t => ($"trailer {t.Key}", t.IsBinary ? Convert.ToBase64String(t.ValueBytes) : t.Value)));
        }
    }

    /// <summary>Fails with the place where one is found. Secrets that the cluster holds are searched without their data.</summary>
    public void AssertNone(FakeKubeApi api, FakeLogCollector logs, params (string Place, string Text)[] more)
    {
        foreach (FakeLogRecord log in logs.GetSnapshot())
        {
            None($"log {log.Category}", $"{log.Message} {log.Exception} {string.Join(' ', log.StructuredState?.Select(s => $"{s.Key}={s.Value}") ?? [])}");
        }

        foreach (string resource in (string[])["events", "secretproviderclasspodstatuses", "secretproviderclasses", "pods", "serviceaccounts", "nodes", "csidrivers", "configmaps", "leases"])
        {
            foreach (var one in api.All(resource))
            {
                None(resource, one.ToJsonString());
            }
        }

        foreach ((string place, string text) in heard.Concat(more))
        {
            None(place, text);
        }

        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            None("environment", $"{variable.Key}={variable.Value}");
        }
    }

    /// <summary>The same for a node: its endpoints, its state, and every file of its folder but those in volumes.</summary>
    public async Task AssertNoneAsync(NodeUnderTest node, params PodUnderTest[] pods)
    {
        var more = new List<(string, string)>
        {
            ("metrics", await node.Endpoints.MetricsAsync()),
            ("livez", (await node.Endpoints.LiveAsync()).Text),
            ("readyz", (await node.Endpoints.ReadyAsync()).Text),
        };
        foreach (PodUnderTest pod in pods.Where(p => node.Engine.Store.Find(p.VolumeId) is not null))
        {
            more.Add(("volume condition", (await pod.StatsAsync()).ToString()));
        }

        foreach (string file in Directory.EnumerateFiles(node.Folder.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(f => !f.Contains("/pods/", StringComparison.Ordinal) && !f.EndsWith(".sock", StringComparison.Ordinal)))
        {
            more.Add(($"file {file}", Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken))));
        }

        AssertNone(node.Api, node.Logs, [.. more]);
    }

    private void None(string place, string text)
    {
        foreach (string form in forms)
        {
            int at = text.IndexOf(form, StringComparison.OrdinalIgnoreCase);
            Assert.True(at < 0, $"{place} holds {form}: {(at < 0 ? "" : text[Math.Max(0, at - 120)..Math.Min(text.Length, at + form.Length + 40)])}");
        }
    }

    private void AddForms(string marker)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(marker);
        forms.Add(marker);
        forms.Add(Convert.ToHexString(bytes));
        forms.Add(Uri.EscapeDataString(marker));
        forms.Add(System.Net.WebUtility.UrlEncode(marker));
        forms.Add(System.Net.WebUtility.HtmlEncode(marker));
        forms.Add(JsonSerializer.Serialize(marker)[1..^1]);
        forms.Add(JsonSerializer.Serialize(marker, new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })[1..^1]);
        for (int shift = 0; shift < 3; shift++)
        {
            // Whatever stands before it in a longer text, one of these three is in its base64.
            string text = Convert.ToBase64String([.. new byte[shift], .. bytes]);
            string core = text[(shift == 0 ? 0 : 4)..^4];
            forms.Add(core);
            forms.Add(core.Replace('+', '-').Replace('/', '_'));
        }
    }
}
