using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Resolution;

namespace CsiSecrets.Volumes;

/// <summary>All files of a volume: fresh ones, and the ones it keeps, read back from it. Owns the contents.</summary>
internal sealed class VolumeFiles : IDisposable
{
    private readonly List<SecretFile> files = [];

    private VolumeFiles()
    {
    }

    public IReadOnlyList<SecretFile> All => files;

    /// <summary>Lays the files out and checks every path, before anything is written.</summary>
    public static VolumeFiles Lay(PublishRequest request, ResolvedClass resolved)
    {
        var laid = new VolumeFiles();
        try
        {
            foreach (ResolvedObject one in resolved.Objects)
            {
                foreach (ShapedFile shaped in (one.Fresh ?? []).Where(f => !f.Hidden))
                {
                    laid.files.Add(shaped.File with { Content = shaped.File.Content.Share() });
                }

                foreach (AppliedFile kept in one.Fresh is null ? one.Applied.Files : [])
                {
                    laid.files.Add(new SecretFile
                    {
                        Path = kept.Path,
                        Content = VolumeDisk.Read(request.TargetPath, kept.Path),
                        Mode = kept.Mode,
                        Uid = kept.Uid,
                        Gid = kept.Gid,
                    });
                }
            }

            VolumeDisk.CheckPaths(laid.files);
            return laid;
        }
        catch
        {
            laid.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (SecretFile file in files)
        {
            file.Content.Dispose();
        }

        files.Clear();
    }
}
