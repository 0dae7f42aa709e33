using CsiSecrets.Tests.Harness;
using Grpc.Core;

namespace CsiSecrets.Tests.Hostile;

/// <summary>Each field of a class of the AWS provider, from the class and from the pod's own volumeAttributes: refused with the field's name
/// before AWS is called; a live volume keeps its files.</summary>
public sealed class ClassFieldTests(ClassFieldTests.SharedAws shared) : IClassFixture<ClassFieldTests.SharedAws>
{
    [Theory]
    [MemberData(nameof(BadClass.Names), MemberType = typeof(BadClass))]
    public async Task FirstMount_FieldBad_SaysWhichAndLeavesNothing(string name)
    {
        AwsUnderTest aws = shared.Aws;
        BadClass bad = BadClass.All[name];
        int calls = aws.Calls();
        aws.Node.Cluster.ClassOf("aws", "shop", "bad", Parameters(bad));
        await aws.Node.SeesClassAsync("shop", "bad");
        PodUnderTest pod = aws.Node.Pod("shop", "web", "bad", "web");

        string message = await pod.PublishFailsAsync(StatusCode.InvalidArgument);

        Remains.Says(message, "SecretProviderClass shop/bad", bad.Field);
        Remains.None(aws.Node, pod);
        Assert.Equal(calls, aws.Calls());
    }

    [Theory]
    [MemberData(nameof(BadClass.Names), MemberType = typeof(BadClass))]
    public async Task LiveVolume_ThePodsAttributesBad_KeepsItsFilesAndTells(string name)
    {
        AwsUnderTest aws = shared.Aws;
        BadClass bad = BadClass.All[name];
        PodUnderTest pod = aws.Node.Pod("shop", "web", "good", "web");
        pod.TokenLife = TimeSpan.FromSeconds(5); // the kubelet's call is the one that refreshes
        await pod.PublishAsync();
        foreach ((string key, string value) in bad.Parameters)
        {
            pod.Attributes[key] = value;
        }

        aws.Node.Time.Advance(TimeSpan.FromMinutes(3));
        await pod.PublishAsync();

        if (name != "objects absent")
        {
            await Remains.KeptAsync(pod, "db", SharedAws.Value, bad.Field);
        }

        await pod.UnpublishAsync();
        Remains.None(aws.Node, pod);
    }

    [Theory]
    [InlineData("/absolute/name", "False", "absolute/name")]
    [InlineData("/absolute/name", "_", "_absolute_name")]
    [InlineData("../up", "_", ".._up")]
    [InlineData("a/../b", "_", "a_.._b")]
    [InlineData("..", "_", "..")]
    [InlineData(".", "_", ".")]
    [InlineData("..data", "_", "..data")]
    [InlineData("a//b", "False", "a//b")]
    [InlineData("a/./b", "False", "a/./b")]
    [InlineData("a\\b", "_", "a\\b")]
    [InlineData("пароль", "_", "пароль")]
    [InlineData("tab\tname", "_", "tab name")]
    public async Task ObjectAlias_OddAsAPath_IsAFileInTheVolumeOrRefusedByName(string alias, string translation, string path)
    {
        AwsUnderTest aws = shared.Aws;
        aws.Class("shop", "odd", $"- {{objectName: db, objectType: secretsmanager, objectAlias: {System.Text.Json.JsonSerializer.Serialize(alias)}}}",
            ("region", "us-east-1"), ("pathTranslation", translation));
        await aws.Node.SeesClassAsync("shop", "odd");
        PodUnderTest pod = aws.Node.Pod("shop", "web", "odd", "web");
        string? message = null;
        try
        {
            await pod.PublishAsync();
        }
        catch (RpcException e)
        {
            Assert.Equal(StatusCode.InvalidArgument, e.StatusCode);
            message = e.Status.Detail;
        }

        if (message is null)
        {
            Assert.Equal([path], pod.Files());
            Assert.Equal(SharedAws.Value, pod.Read(path));
            await pod.UnpublishAsync();
        }
        else
        {
            Remains.Says(message, path == "tab name" ? "tab?name" : path);
        }

        Remains.None(aws.Node, pod);
        Assert.Empty(Directory.EnumerateFiles(aws.Node.Folder.Path, "*up*", SearchOption.AllDirectories));
    }

    private static (string, string)[] Parameters(BadClass bad) =>
        [.. bad.Parameters.Where(p => p.Name != "region"), ("region", "us-east-1")];

    /// <summary>One node and endpoint for all cases.</summary>
    public sealed class SharedAws : IAsyncLifetime
    {
        public const string Value = """{"user":"admin","password":"first"}""";

        internal AwsUnderTest Aws { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Aws = await AwsUnderTest.StartAsync();
            Aws.Account("shop", "web");
            Aws.Server.Seed.Secret("db", Value);
            Aws.Class("shop", "good", "- {objectName: db, objectType: secretsmanager}", ("region", "us-east-1"));
        }

        public ValueTask DisposeAsync() => Aws.DisposeAsync();
    }
}
