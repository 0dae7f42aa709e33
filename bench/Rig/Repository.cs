namespace CsiSecrets.Bench.Rig;

/// <summary>Where the sources are: the program runs in a clone of the repository.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>A folder on the disk for one run; emptied.</summary>
    public static string Scratch(string name)
    {
        string folder = Path.Combine(Root, "artifacts/bench", name);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        return folder;
    }

    private static string Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "CsiSecrets.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException("no CsiSecrets.sln above this program");
    }
}
