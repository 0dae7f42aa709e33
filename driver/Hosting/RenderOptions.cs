using CsiSecrets.Cli;

namespace CsiSecrets.Hosting;

/// <summary>Settings of <c>csi-secrets render</c>.</summary>
internal sealed class RenderOptions
{
    /// <summary>What is to be rendered, and from what.</summary>
    public RenderRequest Request { get; private set; } = new() { Manifests = [], Values = "" };

    /// <summary>Again at each save.</summary>
    public bool Watch { get; private set; }

    public static FlagReader FlagsFor(RenderOptions options) => new FlagReader()
        .Text("values", "a YAML or JSON file of names and values (required)", v => options.Request = options.Request with { Values = v })
        .Text("name", "render only the object of this name", v => options.Request = options.Request with { Name = v })
        .Switch("watch", "render again whenever one of the files is saved; Ctrl-C ends", v => options.Watch = v)
        .Switch("allow-expensive", "allow functions such as bcrypt and genCA", v => options.Request = options.Request with { AllowExpensive = v });

    /// <summary>Reads the arguments; every error at once.</summary>
    public static (RenderOptions Options, IReadOnlyList<string> Errors) Read(IReadOnlyList<string> arguments)
    {
        var options = new RenderOptions();
        FlagReader flags = FlagsFor(options);
        List<string> errors = [.. flags.Read(arguments)];
        options.Request = options.Request with { Manifests = flags.Words };
        if (flags.Words.Count == 0)
        {
            errors.Add("a manifest is needed: csi-secrets render MANIFEST... --values FILE");
        }

        if (options.Request.Values.Length == 0)
        {
            errors.Add("--values FILE is needed: names and values in YAML or JSON");
        }

        return (options, errors);
    }
}
