namespace CsiSecrets.Templates.Functions;

/// <summary>The function map of External Secrets Operator: the built-ins, Sprig and the operator's own.</summary>
internal static class TemplateFunctions
{
    public static readonly FunctionTable All = new(
    [
        .. Builtins.Functions(),
        .. StringFunctions.Functions(),
        .. NumberFunctions.Functions(),
        .. ListFunctions.Functions(),
        .. DictFunctions.Functions(),
        .. DefaultFunctions.Functions(),
        .. PathFunctions.Functions(),
        .. EncodingFunctions.Functions(),
        .. RegexFunctions.Functions(),
        .. DateFunctions.Functions(),
        .. VersionFunctions.Functions(),
        .. UrlFunctions.Functions(),
        .. YamlFunctions.Functions(),
        .. CryptoFunctions.Functions(),
        .. CertificateMaking.Functions(),
        .. OperatorFunctions.Functions(),
    ]);
}
