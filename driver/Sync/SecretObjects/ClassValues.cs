using CsiSecrets.Kube;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Providers;
using CsiSecrets.Resolution;
using CsiSecrets.Resolution.Classes;

namespace CsiSecrets.Sync.SecretObjects;

/// <summary>Reads a class at its provider in the name of a source, with tokens that the API server made for it.</summary>
internal sealed class ClassValues(SecretObjectParts parts)
{
    public async Task<ResolvedClass> ResolveAsync(
        ReadClass read, MirrorSource source, IReadOnlyList<AppliedObject> applied, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        using PodTokens tokens = await parts.Tokens.GetAsync(source, read.From.AudiencesOf(read.Plan, source.OfPod), cancellationToken);
        Dictionary<string, SecretBytes> credentials = await CredentialsAsync(source, cancellationToken);
        try
        {
            var access = new AccessRequest
            {
                Pod = source.Identity,
                Tokens = tokens,
                NodePublishSecrets = credentials,
                IdentityMaxAge = maxAge,
            };
            return await parts.Tools.Files.ResolveAsync(read, access, applied, whole: true, maxAge, cancellationToken);
        }
        finally
        {
            foreach (SecretBytes value in credentials.Values)
            {
                value.Dispose();
            }
        }
    }

    /// <summary>Path to content; the receiver owns the set.</summary>
    public static SecretSet FilesOf(ResolvedClass resolved)
    {
        var files = new SecretSet();
        foreach (ShapedFile file in resolved.Objects.SelectMany(o => o.Fresh ?? []).Where(f => !f.Hidden))
        {
            files.Put(file.File.Path, file.File.Content.Share());
        }

        return files;
    }

    /// <summary>The Secret of the volume's <c>nodePublishSecretRef</c>, which the kubelet reads for a node.</summary>
    private async Task<Dictionary<string, SecretBytes>> CredentialsAsync(MirrorSource source, CancellationToken cancellationToken)
    {
        if (source.CredentialsSecret is not { } name)
        {
            return [];
        }

        var key = new ObjectKey(source.Identity.Namespace, name);
        using Secret secret = await parts.Api.GetAsync(ResourceTypes.Secrets, key, cancellationToken)
            ?? throw new SecretsException(
                FailureReason.ReferenceMissing, $"Secret {key}", "it does not exist, and the pod's volume names it in nodePublishSecretRef", "create it");
        return secret.Keys().ToDictionary(k => k, k => secret.Find(k)!.Share(), StringComparer.Ordinal);
    }
}
