using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.Control;
using CsiSecrets.Tests.Aws.Hosting;

namespace CsiSecrets.Tests.Aws;

/// <summary>The endpoint as a process of its own.</summary>
internal static class Program
{
    private const string Usage =
        "usage: aws-endpoint [--listen URL]... [--control URL] [--tls-cert FILE --tls-key FILE] [--ca-out FILE] [--account ID] [--state FILE]...";

    public static async Task<int> Main(string[] args)
    {
        var values = Parse(args);
        if (values is null)
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        var options = new AwsServerOptions { Time = new MovableClock(TimeProvider.System) };
        options = options with
        {
            Listen = values["--listen"].Any() ? [.. values["--listen"]] : options.Listen,
            Control = values["--control"].FirstOrDefault(),
            Account = values["--account"].FirstOrDefault() ?? options.Account,
            Certificate = values["--tls-cert"].FirstOrDefault() is { } cert
                ? X509Certificate2.CreateFromPemFile(cert, values["--tls-key"].FirstOrDefault())
                : null,
        };
        await using var endpoint = await AwsServer.StartAsync(options, CancellationToken.None);
        foreach (var file in values["--state"])
        {
            SeedDocument.Apply(endpoint.State, JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject());
        }

        if (values["--ca-out"].FirstOrDefault() is { } authority)
        {
            await File.WriteAllTextAsync(authority, endpoint.CertificatePem);
        }

        foreach (var address in endpoint.Addresses)
        {
            Console.WriteLine($"listening on {address}");
        }

        await endpoint.WaitAsync(CancellationToken.None);
        return 0;
    }

    private static ILookup<string, string>? Parse(string[] args)
    {
        string[] known = ["--listen", "--control", "--tls-cert", "--tls-key", "--ca-out", "--account", "--state"];
        return args.Length % 2 == 0 && args.Chunk(2).All(p => known.Contains(p[0]))
            ? args.Chunk(2).ToLookup(p => p[0], p => p[1])
            : null;
    }
}
