using System.Security.Cryptography;
using System.Text;

namespace CsiSecrets.Kube;

/// <summary>Names that would be too long for the API server, cut and ended with a hash of the whole.</summary>
internal static class HashedName
{
    private const int HashDigits = 10;

    public static string Fit(string name, int longest)
    {
        if (name.Length <= longest)
        {
            return name;
        }

        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..HashDigits];
        return name[..(longest - HashDigits - 1)].TrimEnd('-', '.', '_') + "-" + hash;
    }
}
