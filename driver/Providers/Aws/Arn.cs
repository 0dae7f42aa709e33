namespace CsiSecrets.Providers.Aws;

/// <summary>An Amazon resource name: <c>arn:partition:service:region:account:resource</c>.</summary>
internal readonly record struct Arn(string Partition, string Service, string Region, string Account, string Resource)
{
    public static bool TryParse(string text, out Arn arn)
    {
        string[] parts = text.Split(':', 6);
        arn = default;
        if (parts.Length != 6 || parts[0] != "arn")
        {
            return false;
        }

        arn = new Arn(parts[1], parts[2], parts[3], parts[4], parts[5]);
        return true;
    }

    public static bool LooksLikeOne(string text) => text.StartsWith("arn:", StringComparison.Ordinal);
}
