using CsiSecrets.Model;

namespace CsiSecrets.Resolution.SecretObjects;

/// <summary>From the files of a class to the data of one Secret. Pure.</summary>
internal static class SecretObjectShape
{
    /// <summary>The receiver owns the set. Throws ValueInvalid.</summary>
    /// <param name="classRef"><c>namespace/name</c>, for messages.</param>
    /// <param name="plan">The Secret.</param>
    /// <param name="files">Path to content.</param>
    public static SecretSet Of(string classRef, SecretObjectPlan plan, SecretSet files)
    {
        string subject = $"SecretProviderClass {classRef}: Secret {plan.Name}";
        var data = new SecretSet();
        try
        {
            foreach (SecretKeyPlan key in plan.Keys)
            {
                SecretBytes content = File(subject, files, key.Path);
                data.Put(key.Key, plan.Type == TlsParts.SecretType
                    ? TlsParts.Of($"{subject}: file {key.Path}", key.Key, content, key.PasswordPath is null ? null : File(subject, files, key.PasswordPath))
                    : content.Share());
            }

            return data;
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    private static SecretBytes File(string subject, SecretSet files, string path) => files.Find(path)
        ?? throw new SecretsException(
            FailureReason.ValueInvalid,
            subject,
            $"file matching objectName {path} not found in the pod",
            "name the path of a file that the class mounts, relative to the volume");
}
