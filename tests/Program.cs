using CsiSecrets.Tests.Death;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace CsiSecrets.Tests;

/// <summary>The runner's own entry point, and before it the node that a test starts as a child to see it die.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => args switch
    {
        [DyingNode.Argument, string folder, .. string[] script] => DyingNode.RunAsync(folder, script),
        _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") =>
            TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => ConsoleRunner.Run(args),
    };
}
