namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>Types of Secret by which whoever may write an ExternalSecret would gain the rights of somebody else: the API server fills a
/// ServiceAccount's token into one, and another lets a new node join.</summary>
internal static class PrivilegedTypes
{
    private const string ServiceAccountToken = "kubernetes.io/service-account-token";
    private const string ServiceAccountName = "kubernetes.io/service-account.name";
    private const string BootstrapToken = "bootstrap.kubernetes.io/token";

    /// <summary>Why the template must not be; null when it may.</summary>
    public static string? Problem(TemplatePlan template) => template.Type switch
    {
        BootstrapToken => $"type {BootstrapToken} is not allowed",
        ServiceAccountToken when template.Parts.Any(p => p.Target.Field == TargetField.Annotations) =>
            $"type {ServiceAccountToken} is not allowed together with a templateFrom whose target is Annotations",
        _ => Problem(template.Type, template.Annotations),
    };

    /// <summary>Why a Secret of that type and with these annotations must not be; null when it may.</summary>
    public static string? Problem(string? type, IReadOnlyDictionary<string, string> annotations) => type switch
    {
        BootstrapToken => $"type {BootstrapToken} is not allowed",
        ServiceAccountToken when annotations.ContainsKey(ServiceAccountName) =>
            $"type {ServiceAccountToken} is not allowed together with the annotation {ServiceAccountName}",
        _ => null,
    };
}
