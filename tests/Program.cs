using CsiSecrets.Hosting;
using CsiSecrets.Tests.Death;
using CsiSecrets.Tests.Death.Controllers;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace CsiSecrets.Tests;

/// <summary>The runner's own entry point, and before it the node and the controller that a test starts as children to see them die.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args)
    {
        // A child that dies by SIGKILL would leave its runtime's pipes and sockets for debuggers in the temporary folder.
        Environment.SetEnvironmentVariable("DOTNET_EnableDiagnostics", "0");
        return RunAsync(args);
    }

    private static Task<int> RunAsync(string[] args) => args switch
    {
        [DyingNode.Argument, string folder, .. string[] script] => DyingNode.RunAsync(folder, script),
        [ControllerProcess.Argument, .. string[] arguments] => ControllerCommand.RunAsync(arguments),
        _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") =>
            TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => ConsoleRunner.Run(args),
    };
}
