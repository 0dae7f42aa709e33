using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization;
using CsiSecrets.Model;

namespace CsiSecrets.Kube.Connection;

/// <summary>A kubeconfig's credential plugin: a command that prints an ExecCredential. Its answer is kept until it expires.</summary>
internal sealed class ExecPlugin(ExecPluginSettings settings, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    // Renewed early, so that a token never expires between two machines' clocks.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim one = new(1, 1);
    private KubeCredential? current;
    private DateTimeOffset expires = DateTimeOffset.MaxValue;

    public void Dispose() => one.Dispose();

    public async ValueTask<KubeCredential> GetAsync(bool renew, CancellationToken ct)
    {
        await one.WaitAsync(ct);
        try
        {
            if (current is not null && !renew && time.GetUtcNow() < expires - Margin)
            {
                return current;
            }

            ExecCredentialStatus status = Parse(await RunAsync(ct));
            expires = status.ExpirationTimestamp ?? DateTimeOffset.MaxValue - TimeSpan.FromDays(1);
            X509Certificate2? certificate = status.ClientCertificateData is { Length: > 0 } pem
                ? KubeConfigFile.WithKey(pem, status.ClientKeyData ?? "")
                : null;
            current = new KubeCredential(status.Token, certificate);
            return current;
        }
        catch (CryptographicException e)
        {
            throw Failure("its client certificate cannot be read", e);
        }
        finally
        {
            one.Release();
        }
    }

    private async Task<string> RunAsync(CancellationToken ct)
    {
        var start = new ProcessStartInfo(settings.Command) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (string argument in settings.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in settings.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["KUBERNETES_EXEC_INFO"] =
            $"{{\"apiVersion\":\"{settings.ApiVersion}\",\"kind\":\"ExecCredential\",\"spec\":{{\"interactive\":false}}}}";
        using CancellationTokenSource limit = new(Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            using Process process = Process.Start(start) ?? throw Failure("it did not start", null);
            try
            {
                string text = await process.StandardOutput.ReadToEndAsync(both.Token);
                await process.WaitForExitAsync(both.Token);
                return process.ExitCode == 0 ? text : throw Failure($"it ended with code {process.ExitCode}", null);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }
        catch (Win32Exception e)
        {
            throw Failure("it cannot be run", e);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw Failure($"it gave no answer in {Timeout.TotalSeconds:0} s", null);
        }
    }

    private ExecCredentialStatus Parse(string text)
    {
        try
        {
            ExecCredentialStatus? status = JsonSerializer.Deserialize(text, ExecJson.Default.ExecCredential)?.Status;
            return status is { Token.Length: > 0 } or { ClientCertificateData.Length: > 0 }
                ? status
                : throw Failure("its answer has neither token nor certificate", null);
        }
        catch (JsonException)
        {
            // Without the inner exception: it may quote the answer.
            throw Failure("its answer is not an ExecCredential", null);
        }
    }

    private SecretsException Failure(string cause, Exception? inner) => new(
        FailureReason.KubernetesDenied,
        $"credential plugin {settings.Command} of the kubeconfig",
        cause,
        settings.InstallHint.Length > 0 ? settings.InstallHint : "run it by hand to see why",
        inner);
}

/// <summary>The <c>exec</c> section of a kubeconfig's user.</summary>
internal sealed record ExecPluginSettings(
    string Command, IReadOnlyList<string> Arguments, IReadOnlyList<(string Name, string Value)> Environment, string ApiVersion, string InstallHint);

internal sealed class ExecCredential
{
    public ExecCredentialStatus? Status { get; init; }
}

internal sealed class ExecCredentialStatus
{
    public string? Token { get; init; }

    public string? ClientCertificateData { get; init; }

    public string? ClientKeyData { get; init; }

    public DateTimeOffset? ExpirationTimestamp { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ExecCredential))]
internal sealed partial class ExecJson : JsonSerializerContext;
