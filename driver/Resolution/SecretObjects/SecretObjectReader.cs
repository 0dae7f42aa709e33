using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Resolution.SecretObjects;

/// <summary>Reads one entry of <c>spec.secretObjects</c>. Pure; every error at once, in the peer's words where it has some.</summary>
internal static class SecretObjectReader
{
    private const int LongestKey = 253;
    private const int LongestName = 253;

    /// <summary>Throws ClassInvalid.</summary>
    public static SecretObjectPlan Read(string classRef, int index, SecretObject entry)
    {
        var errors = new List<string>();
        string name = entry.SecretName.Trim();
        string type = entry.Type.Trim();
        Check(errors, name.Length > 0, "secret name is empty: set secretName");
        Check(errors, name.Length == 0 || IsName(name), "secretName is no name of a Secret: use lower-case letters, digits, '-' and '.', 253 characters at most");
        Check(errors, type.Length > 0, "secret type is empty: set type, e.g. Opaque");
        Check(errors, entry.Data.Count > 0, "data is empty: list objectName and key");
        var keys = new List<SecretKeyPlan>(entry.Data.Count);
        for (int i = 0; i < entry.Data.Count; i++)
        {
            keys.Add(ReadKey(errors, $"data[{i}]", type, entry.Data[i]));
        }

        foreach (IGrouping<string, SecretKeyPlan> twice in keys.Where(k => k.Key.Length > 0).GroupBy(k => k.Key).Where(g => g.Count() > 1))
        {
            errors.Add($"key {twice.Key} is there {twice.Count()} times: name each key once");
        }

        return errors.Count == 0
            ? new SecretObjectPlan { Name = name, Type = type, Labels = entry.Labels ?? Empty, Annotations = entry.Annotations ?? Empty, Keys = keys }
            : throw new SecretsException(
                FailureReason.ClassInvalid,
                $"SecretProviderClass {classRef}: spec.secretObjects[{index}]{(name.Length > 0 ? $" (Secret {name})" : "")}",
                string.Join("; ", errors),
                "");
    }

    private static readonly Dictionary<string, string> Empty = [];

    private static SecretKeyPlan ReadKey(List<string> errors, string place, string type, SecretObjectData data)
    {
        string path = data.ObjectName.Trim();
        string key = data.Key.Trim();
        string? password = data.PasswordObjectName?.Trim() is { Length: > 0 } given ? given : null;
        Check(errors, path.Length > 0, $"{place}: object name is empty: set objectName to the path of a mounted file");
        Check(errors, key.Length > 0, $"{place}: key is empty: set key");
        Check(errors, key.Length == 0 || IsKey(key), $"{place}: key is no key of a Secret: use letters, digits, '-', '_' and '.', 253 characters at most");
        if (type == TlsParts.SecretType)
        {
            Check(errors, key.Length == 0 || key is TlsParts.CertificateKey or TlsParts.PrivateKey, $"{place}: a Secret of type {type} has the keys {TlsParts.CertificateKey} and {TlsParts.PrivateKey} only");
        }
        else
        {
            Check(errors, password is null, $"{place}: passwordObjectName is for PFX files of type {TlsParts.SecretType} only");
        }

        return new SecretKeyPlan(key, path, password);
    }

    private static bool IsKey(string key) =>
        key.Length <= LongestKey && key is not ("." or "..") && key.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && !key.StartsWith("..", StringComparison.Ordinal);

    private static bool IsName(string name) => name.Length <= LongestName
        && name.Split('.').All(static part => part.Length > 0 && part[0] != '-' && part[^1] != '-' && part.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'));

    private static void Check(List<string> errors, bool ok, string error)
    {
        if (!ok)
        {
            errors.Add(error);
        }
    }
}
