using System.Security.Cryptography;
using System.Text;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Providers;
using CsiSecrets.Resolution.FileTemplates;

namespace CsiSecrets.Resolution.Classes;

/// <summary>Reads a SecretProviderClass. Pure.</summary>
internal sealed class ClassReader(ProviderCatalog catalog, FileTemplateRenderer renderer)
{
    /// <summary>Throws ClassInvalid, ProviderNotFound.</summary>
    /// <param name="manifest">The class.</param>
    /// <param name="classRef"><c>namespace/name</c>, for messages.</param>
    /// <param name="attributes">The volume's own attributes, laid over the parameters.</param>
    public ReadClass Read(SecretProviderClass manifest, string classRef, IReadOnlyDictionary<string, string> attributes)
    {
        manifest.RequireReadable(FailureReason.ClassInvalid, $"SecretProviderClass {classRef}");
        CheckSpec(manifest.Spec, classRef);
        var values = new Dictionary<string, string>(manifest.Spec.Parameters, StringComparer.Ordinal);
        foreach ((string key, string value) in attributes)
        {
            values[key] = value;
        }

        var parameters = new ClassParameters(classRef, values);
        ISecretProvider provider = catalog.Get(manifest.Spec.Provider, classRef);
        return new ReadClass(
            provider, provider.ReadClass(parameters), renderer.Read(parameters), parameters, VersionOf(manifest.Spec.Provider, values));
    }

    private static void CheckSpec(SecretProviderClassSpec spec, string classRef)
    {
        if (spec.Provider.Length == 0)
        {
            throw new SecretsException(
                FailureReason.ClassInvalid, $"provider not set in {classRef}", "spec.provider is empty", "name a provider there, e.g. aws");
        }

        if (spec.Parameters.Count == 0)
        {
            throw new SecretsException(
                FailureReason.ClassInvalid, $"parameters not set in {classRef}", "spec.parameters is empty", "say there what to mount");
        }
    }

    private static string VersionOf(string provider, Dictionary<string, string> values)
    {
        var text = new StringBuilder(provider);
        foreach ((string key, string value) in values.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            text.Append('\0').Append(key).Append('\0').Append(value);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 12));
    }
}
