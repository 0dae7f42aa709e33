using System.Text;
using CsiSecrets.Model;

namespace CsiSecrets.Publishing;

/// <summary>The rules for a file's path within a volume. All are the peer's, and those that keep a listing and a log line readable.</summary>
internal static class PayloadPath
{
    // PATH_MAX less the set's own name and what a pod's mount path needs.
    private const int LongestPath = 4000;
    private const int LongestElement = 255;
    private const int MostErrorsShown = 20;

    /// <summary>Throws one exception that names every bad path.</summary>
    public static void Require(IReadOnlyList<SecretFile> files)
    {
        IReadOnlyList<string> errors = Validate(files);
        if (errors.Count > 0)
        {
            string more = errors.Count > MostErrorsShown ? $"; and {errors.Count - MostErrorsShown} more" : "";
            throw new SecretsException(
                FailureReason.FileConflict,
                "files of the volume",
                string.Join("; ", errors.Take(MostErrorsShown)) + more,
                "give each object a file name of its own");
        }
    }

    /// <summary>Every error of a payload; empty when it is good.</summary>
    public static IReadOnlyList<string> Validate(IReadOnlyList<SecretFile> files)
    {
        List<string> errors = [];
        HashSet<string> paths = new(files.Count, StringComparer.Ordinal);
        HashSet<string> repeated = new(StringComparer.Ordinal);
        foreach (SecretFile file in files)
        {
            if (Problem(file.Path) is { } problem)
            {
                errors.Add($"path \"{Show(file.Path)}\" {problem}");
            }
            else if (!paths.Add(file.Path) && repeated.Add(file.Path))
            {
                errors.Add($"path \"{Show(file.Path)}\" is used by more than one file");
            }

            if (file.Mode is < 0 or > 0x1FF)
            {
                errors.Add($"path \"{Show(file.Path)}\" has a mode outside 0 to 0777");
            }

            if (file.Uid < 0 || file.Gid < 0)
            {
                errors.Add($"path \"{Show(file.Path)}\" has a negative owner or group");
            }
        }

        foreach (string path in paths)
        {
            for (int slash = path.IndexOf('/'); slash > 0; slash = path.IndexOf('/', slash + 1))
            {
                if (paths.Contains(path[..slash]))
                {
                    errors.Add($"path \"{Show(path[..slash])}\" is a file and also the folder of \"{Show(path)}\"");
                }
            }
        }

        return errors;
    }

    /// <summary>What is wrong with one path; null when nothing is.</summary>
    public static string? Problem(string path)
    {
        if (path.Length == 0)
        {
            return "is empty";
        }

        if (HasLoneSurrogate(path))
        {
            return "is not valid Unicode";
        }

        if (Encoding.UTF8.GetByteCount(path) > LongestPath)
        {
            return $"is longer than {LongestPath} bytes";
        }

        if (path.Any(char.IsControl))
        {
            return "has a control character";
        }

        if (path[0] == '/')
        {
            return "is absolute";
        }

        if (path.StartsWith("..", StringComparison.Ordinal))
        {
            return "starts with \"..\"";
        }

        foreach (string element in path.Split('/'))
        {
            if (element == "..")
            {
                return "has an element \"..\"";
            }

            if (element is "" or ".")
            {
                return "is not clean (an empty element or \".\")";
            }

            if (Encoding.UTF8.GetByteCount(element) > LongestElement)
            {
                return $"has an element longer than {LongestElement} bytes";
            }
        }

        return null;
    }

    private static bool HasLoneSurrogate(string path)
    {
        for (int i = 0; i < path.Length; i++)
        {
            if (char.IsSurrogate(path[i]))
            {
                if (i + 1 >= path.Length || !char.IsSurrogatePair(path[i], path[i + 1]))
                {
                    return true;
                }

                i++;
            }
        }

        return false;
    }

    // A hostile path must not fill or split a log line.
    private static string Show(string path)
    {
        string text = path.Length > 128 ? path[..128] + "..." : path;
        return string.Concat(text.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
    }
}
