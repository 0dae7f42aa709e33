namespace CsiSecrets.Hosting;

/// <summary>Names of CSIDriver objects. They become parts of file names and of API paths.</summary>
internal static class DriverNames
{
    private const int Longest = 63;

    /// <summary>What is wrong with the flag's value; null when nothing is.</summary>
    public static string? Problem(string name)
    {
        bool good = name.Length is > 0 and <= Longest && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1])
            && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.');
        return good ? null : $"--drivername: the name of a CSIDriver object: 1 to {Longest} small letters, digits, - and ., e.g. secrets-store.csi.k8s.io";
    }
}
