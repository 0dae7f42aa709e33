using CsiSecrets.Tests.Harness;
using Grpc.Core;

namespace CsiSecrets.Tests.Volumes;

/// <summary><c>parameters.templates</c> of a SecretProviderClass: files made of several objects.</summary>
public sealed class ClassTemplateTests : IAsyncLifetime
{
    private const string Conf = """
        - path: app.conf
          filePermission: "0440"
          gid: 1500
          template: |
            [database]
            user = {{ .user }}
            password = {{ index . "pass" }}
        """;

    private NodeUnderTest node = null!;

    public async ValueTask InitializeAsync()
    {
        node = await NodeUnderTest.StartAsync();
        node.Secrets.Put("user", "admin");
        node.Secrets.Put("pass", "first");
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task Template_OverTwoObjects_IsAFileBesideThem_WithItsOwnModeAndGroup()
    {
        node.Cluster.Class("shop", "creds", "user,pass", ("templates", Conf));
        PodUnderTest pod = node.Pod("shop", "web", "creds");

        await pod.PublishAsync();

        Assert.Equal(["app.conf", "pass", "user"], pod.Files());
        Assert.Equal("[database]\nuser = admin\npassword = first", pod.Read("app.conf"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupRead, File.GetUnixFileMode(pod["app.conf"]));
    }

    [Fact]
    public async Task OneObjectChanges_TheFileIsMadeOfBoth_AndTheOtherIsStillRight()
    {
        node.Cluster.Class("shop", "creds", "user,pass", ("templates", Conf));
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();
        node.Secrets.Put("pass", "second");

        await node.PassAsync(TimeSpan.FromMinutes(3));

        Assert.Equal("[database]\nuser = admin\npassword = second", pod.Read("app.conf"));
        Assert.Equal(("admin", "second"), (pod.Read("user"), pod.Read("pass")));
    }

    [Fact]
    public async Task NothingChanges_NothingIsReadAgain()
    {
        node.Cluster.Class("shop", "creds", "user,pass", ("templates", Conf));
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();

        await node.PassAsync(TimeSpan.FromMinutes(3));

        Assert.Equal(2, node.Secrets.Calls.Count(c => c.StartsWith("read", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task TemplateEdited_TheFileFollowsAtOnce()
    {
        node.Cluster.Class("shop", "creds", "user,pass", ("templates", Conf));
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();

        node.Cluster.Class("shop", "creds", "user,pass", ("templates", "[{path: app.conf, template: \"u={{ .user }}\"}]"));

        await node.PassUntilAsync(() => pod.Read("app.conf") == "u=admin", TimeSpan.FromMinutes(1), "the new template");
    }

    [Fact]
    public async Task Restart_KeepsTheFile_AndReadsNothing()
    {
        node.Cluster.Class("shop", "creds", "user,pass", ("templates", Conf));
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();
        int calls = node.Secrets.Calls.Count;

        await node.RestartAsync();
        await pod.PublishAsync();
        await node.PassAsync(TimeSpan.FromMinutes(1));

        Assert.Contains("password = first", pod.Read("app.conf"));
        Assert.Equal(calls, node.Secrets.Calls.Count);
    }

    [Theory]
    [InlineData("[{path: a, template: \"{{ .user\"}]", "templates[0].template: ")]
    [InlineData("[{path: ../a, template: x}]", "templates[0].path: path can not contain ../")]
    [InlineData("[{path: a, template: x}, {path: a, template: y}]", "templates: 2 templates have the path a")]
    [InlineData("[{path: a}]", "templates[0].template: is required")]
    [InlineData("[{template: x}]", "templates[0].path: is required")]
    [InlineData("[{path: a, template: x, filePermission: \"999\"}]", "templates[0].filePermission: Invalid File Permission: 999")]
    [InlineData("{path: a}", "templates: must be a YAML list of templates")]
    [InlineData("[1]", "templates[0]: must be a map of fields")]
    [InlineData("- {path", "templates: must be a YAML list of templates: not valid YAML at line")]
    public async Task WrongTemplates_AreRefused_WithThePlace(string templates, string expected)
    {
        node.Cluster.Class("shop", "creds", "user,pass", ("templates", templates));
        PodUnderTest pod = node.Pod("shop", "web", "creds");

        string message = await pod.PublishFailsAsync(StatusCode.InvalidArgument);

        Assert.Contains(expected, message);
        Assert.False(Directory.Exists(pod.TargetPath));
    }

    [Fact]
    public async Task MissingValue_IsToldWithTheNamesThatAreThere_AndNoValue()
    {
        node.Cluster.Class("shop", "creds", "user,pass", ("templates", "[{path: a, template: \"{{ .usr }}\"}]"));
        PodUnderTest pod = node.Pod("shop", "web", "creds");

        string message = await pod.PublishFailsAsync(StatusCode.InvalidArgument);

        Assert.Contains("SecretProviderClass shop/creds: parameters.templates[0]", message);
        Assert.Contains("the values are pass, user", message);
        Assert.DoesNotContain("admin", message);
    }

    [Fact]
    public async Task TemplateThatFailsOnALiveVolume_KeepsTheOldFiles()
    {
        node.Cluster.Class("shop", "creds", "user,pass", ("templates", Conf));
        PodUnderTest pod = node.Pod("shop", "web", "creds");
        await pod.PublishAsync();

        node.Cluster.Class("shop", "creds", "user,pass", ("templates", "[{path: app.conf, template: \"{{ .nobody }}\"}]"));

        await node.PassUntilAsync(() => node.Engine.Store.All.Any(v => v.State.Failure is not null), TimeSpan.FromMinutes(1), "the failure");
        Assert.Contains("password = first", pod.Read("app.conf"));
    }
}
