using CsiSecrets.Hosting;

string[] rest = args.Length > 0 ? args[1..] : [];
return args.FirstOrDefault() switch
{
    "node" => await NodeCommand.RunAsync(rest),
    "controller" => await ControllerCommand.RunAsync(rest),
    "local" => await LocalCommand.RunAsync(rest),
    "render" => await RenderCommand.RunAsync(rest),
    "version" or "--version" => Usage.PrintVersion(),
    "help" or "--help" or "-h" => Usage.Print(Console.Out, 0),
    _ => Usage.Print(Console.Error, 2),
};
