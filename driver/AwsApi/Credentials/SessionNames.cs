using System.Security.Cryptography;
using System.Text;

namespace CsiSecrets.AwsApi.Credentials;

/// <summary>The session name that CloudTrail shows: whose call it was.</summary>
internal static class SessionNames
{
    private const int Max = 64;

    /// <summary><c>namespace@serviceaccount</c>; when longer than AWS's 64 characters it is cut and ends in a hash of the whole.</summary>
    public static string Of(string ns, string serviceAccount)
    {
        string full = $"{ns}@{serviceAccount}";
        if (full.Length <= Max)
        {
            return full;
        }

        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(full)).AsSpan(0, 5));
        return $"{full[..(Max - hash.Length - 1)]}-{hash}";
    }
}
