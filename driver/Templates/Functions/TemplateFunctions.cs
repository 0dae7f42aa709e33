namespace CsiSecrets.Templates.Functions;

/// <summary>The function map of External Secrets Operator: the built-ins, Sprig and the operator's own.</summary>
internal static class TemplateFunctions
{
    public static readonly FunctionTable All = new(
    [
        .. Builtins.Functions(),
    ]);
}
