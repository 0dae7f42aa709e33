using System.Net;
using System.Text.Json;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube;

/// <summary>The one place where an HTTP status of the API server becomes a <see cref="FailureReason"/>.</summary>
internal static class KubeErrors
{
    private const int LongestMessage = 512;
    private const string Again = "it is tried again";
    private const string Reach = "it is tried again; see that the API server is up and that nothing between it and this pod is in the way";

    private static readonly string[] AdmissionWords = ["exceeded quota", "failed quota", "admission webhook", "is being terminated"];

    /// <summary>True: the named object does not exist. False for a 404 that says that the whole kind, or the server, is another one.</summary>
    public static bool IsAbsent(HttpStatusCode code, ApiStatus status) =>
        code == HttpStatusCode.NotFound && status is { Reason: "NotFound", Details.Name.Length: > 0 };

    /// <summary>True: it is not the object that is missing but its whole kind, or this version of it.</summary>
    public static bool IsNotServed(SecretsException e) => e.InnerException is KindNotServedException;

    public static SecretsException ToException(string subject, HttpStatusCode code, ApiStatus status)
    {
        (FailureReason reason, string remedy) = code switch
        {
            HttpStatusCode.Unauthorized => (FailureReason.KubernetesDenied, "the API server does not accept the driver's token"),
            HttpStatusCode.Forbidden when IsAdmission(status) => (FailureReason.KubernetesInvalid, "ask whoever set that rule for the namespace"),
            HttpStatusCode.Forbidden => (FailureReason.KubernetesDenied, "grant it to that ServiceAccount, as the manifests of this version do"),
            HttpStatusCode.Conflict or HttpStatusCode.Gone => (FailureReason.KubernetesConflict, Again),
            HttpStatusCode.NotFound when NamesNoObject(status) =>
                (FailureReason.KubernetesUnavailable, "the API server does not serve this kind: install crds/"),
            HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout => (FailureReason.KubernetesUnavailable, Again),
            >= HttpStatusCode.InternalServerError => (FailureReason.KubernetesUnavailable, Again),
            _ => (FailureReason.KubernetesInvalid, ""),
        };
        string said = status.Message is { Length: > 0 } message ? $"{(int)code} {Cut(message)}" : $"{(int)code}";
        Exception? marker = code == HttpStatusCode.NotFound && NamesNoObject(status) ? new KindNotServedException() : null;
        return new SecretsException(reason, subject, $"the API server answered {said}", remedy, marker);
    }

    public static SecretsException Unreachable(string subject, Uri server, Exception inner) => new(
        FailureReason.KubernetesUnavailable,
        subject,
        ConnectionFailure.IsTls(inner) ? $"the API server at {server.Authority}: {ConnectionFailure.Why(inner)}" : $"the API server at {server.Authority} does not answer",
        Reach,
        inner);

    public static SecretsException TimedOut(string subject, TimeSpan after) => new(
        FailureReason.KubernetesUnavailable, subject, $"the API server gave no answer in {after.TotalSeconds:0} s", Reach);

    public static SecretsException Unreadable(string subject, Exception inner) => new(
        FailureReason.KubernetesUnavailable, subject, "the API server's answer cannot be read", Reach, inner);

    public static SecretsException LeadsNoMore(string subject) => new(
        FailureReason.KubernetesUnavailable, subject, "not sent: this process has not renewed its lease in time, and another one may lead", "nothing is lost: whoever leads does it");

    /// <summary>The refusal's body; an empty status when it is none.</summary>
    public static async Task<ApiStatus> ReadStatusAsync(HttpResponseMessage response, CancellationToken ct)
    {
        try
        {
            await using Stream body = await response.Content.ReadAsStreamAsync(ct);
            return await JsonSerializer.DeserializeAsync(body, ManifestJson.Default.ApiStatus, ct) ?? new ApiStatus();
        }
        catch (Exception e) when (e is JsonException or IOException or HttpRequestException)
        {
            return new ApiStatus();
        }
    }

    private static bool NamesNoObject(ApiStatus status) => string.IsNullOrEmpty(status.Details?.Name);

    private static string Cut(string text) => text.Length <= LongestMessage ? text : string.Concat(text.AsSpan(0, LongestMessage), "…");

    /// <summary>Admission answers 403 as well: a quota, a webhook, a namespace that is going away. No permission would help.</summary>
    private static bool IsAdmission(ApiStatus status) =>
        AdmissionWords.Any(word => status.Message?.Contains(word, StringComparison.Ordinal) == true);
}
