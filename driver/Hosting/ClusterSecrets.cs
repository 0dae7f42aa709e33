using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Providers;

namespace CsiSecrets.Hosting;

/// <summary>A Secret of an API server as providers know it.</summary>
internal static class ClusterSecrets
{
    /// <summary>Takes the Secret's bytes over.</summary>
    public static ClusterSecret Of(Secret secret)
    {
        using (secret)
        {
            var data = new SecretSet();
            foreach (string key in secret.Keys())
            {
                data.Put(key, secret.Find(key)!.Share());
            }

            return new ClusterSecret
            {
                Name = secret.Metadata.Name,
                Version = $"{secret.Metadata.Uid}/{secret.Metadata.ResourceVersion}",
                Labels = secret.Metadata.Labels ?? new Dictionary<string, string>(),
                Annotations = secret.Metadata.Annotations ?? new Dictionary<string, string>(),
                Data = data,
            };
        }
    }
}
