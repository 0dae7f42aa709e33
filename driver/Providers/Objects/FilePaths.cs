namespace CsiSecrets.Providers.Objects;

/// <summary>From object names and aliases to file paths, as the peer does it. Pure.</summary>
internal static class FilePaths
{
    /// <param name="name">Alias or name.</param>
    /// <param name="slash">What stands for <c>/</c>; null keeps folders and strips leading slashes.</param>
    public static string Translate(string name, char? slash) => slash is { } c ? name.Replace('/', c) : name.TrimStart('/');

    /// <summary>Why a path cannot be a file in the volume; null when it can.</summary>
    public static string? Problem(string path)
    {
        if (path.Length == 0)
        {
            return "the file name is empty";
        }

        if (path.Contains('\0'))
        {
            return "a file name cannot contain NUL";
        }

        return path.Split('/').Contains("..") ? "path can not contain ../" : null;
    }
}
