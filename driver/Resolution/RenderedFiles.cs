using System.Security.Cryptography;
using System.Text;
using CsiSecrets.Model;
using CsiSecrets.Providers;

namespace CsiSecrets.Resolution;

/// <summary>Files that templates made of several objects, as one object of the volume. Pure.</summary>
internal static class RenderedFiles
{
    /// <param name="name">For messages.</param>
    /// <param name="planVersion">The version of the manifest that holds the templates.</param>
    /// <param name="versions">The objects that the templates took values from, with the versions of these.</param>
    /// <param name="files">The files; taken over.</param>
    public static ResolvedObject Of(
        string name, string planVersion, IEnumerable<KeyValuePair<FetchKey, string?>> versions, IReadOnlyList<SecretFile> files)
    {
        var text = new StringBuilder(planVersion);
        foreach ((FetchKey key, string? version) in versions.OrderBy(v => v.Key.Hash))
        {
            text.Append('\n').Append(key).Append(' ').Append(version);
        }

        string shown = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8));
        var applied = new AppliedObject
        {
            Name = name,
            Key = FetchKey.Of("rendered", name),
            Version = shown,
            Shape = planVersion,
            Derived = true,
            Files = [.. files.Select(f => new AppliedFile { Path = f.Path, Mode = f.Mode, Uid = f.Uid, Gid = f.Gid, Id = f.Path, Version = shown })],
        };
        return new ResolvedObject(applied, [.. files.Select(f => new ShapedFile(f, f.Path, shown))]);
    }
}
