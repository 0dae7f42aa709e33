namespace CsiSecrets.Hosting;

/// <summary>Settings of <c>csi-secrets local</c>.</summary>
internal sealed class LocalOptions
{
    /// <summary>The folder of manifests, as a full path.</summary>
    public string Folder { get; set; } = "";

    /// <summary>The file of secrets of <c>provider: local</c>, as a full path.</summary>
    public string Store { get; set; } = "";

    /// <summary>Where volumes are mounted; empty for the usual place.</summary>
    public string MountDirectory { get; set; } = "";

    public string DriverName { get; set; } = "secrets-store.csi.k8s.io";

    public TimeSpan RotationInterval { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Below zero the driver's own log is off: the console says it in fewer words.</summary>
    public int Verbosity { get; set; } = -1;

    public static FlagReader FlagsFor(LocalOptions options) => new FlagReader()
        .Text("store", "the file of secrets of provider: local (FOLDER/secrets.yaml)", v => options.Store = v)
        .Text("mount-dir", "where volumes are mounted (/run/csi-secrets as root, else a folder on a tmpfs)", v => options.MountDirectory = v)
        .Text("drivername", "the csi.driver of the pods' volumes (secrets-store.csi.k8s.io)", v => options.DriverName = v)
        .Duration("rotation-poll-interval", "how often stores are asked; edits of files are seen at once (2m)", v => options.RotationInterval = v, least: TimeSpan.FromSeconds(1))
        .Number("v", "log verbosity; from 0 on the driver's own log is shown (-1)", v => options.Verbosity = v);

    /// <summary>Reads the arguments; every error at once.</summary>
    public static (LocalOptions Options, IReadOnlyList<string> Errors) Read(IReadOnlyList<string> arguments)
    {
        var options = new LocalOptions();
        FlagReader flags = FlagsFor(options);
        var errors = new List<string>(flags.Read(arguments));
        if (flags.Words.Count != 1)
        {
            errors.Add(flags.Words.Count == 0 ? "a folder of manifests is needed: csi-secrets local FOLDER" : "one folder only: " + string.Join(", ", flags.Words));
            return (options, errors);
        }

        options.Folder = Path.GetFullPath(flags.Words[0]).TrimEnd('/') is { Length: > 0 } folder ? folder : "/";
        options.Store = options.Store.Length > 0 ? Path.GetFullPath(options.Store) : Path.Combine(options.Folder, "secrets.yaml");
        options.MountDirectory = options.MountDirectory.Length > 0 ? Path.GetFullPath(options.MountDirectory) : "";
        if (!Directory.Exists(options.Folder))
        {
            errors.Add($"{options.Folder} is no folder");
        }

        if (DriverNames.Problem(options.DriverName) is { } problem)
        {
            errors.Add(problem);
        }

        return (options, errors);
    }
}
