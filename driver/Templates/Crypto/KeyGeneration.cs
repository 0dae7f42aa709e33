using System.Text;

namespace CsiSecrets.Templates.Crypto;

/// <summary>genPrivateKey. Only ecdsa and ed25519 come from the random source; RSA and DSA come from the system's own.</summary>
internal static class KeyGeneration
{
    private const int RsaBits = 4096;

    /// <param name="type">rsa (also empty), dsa, ecdsa or ed25519; anything else is said in the result.</param>
    /// <param name="fill">The random source.</param>
    public static byte[] GenPrivateKey(string type, RandomFill fill) => type switch
    {
        "" or "rsa" => RsaKey.Generate(RsaBits).ToPem(),
        "dsa" => DsaKey.Generate().ToPem(),
        "ecdsa" => EcKey.Generate(EcCurve.P256, fill).ToPem(),
        "ed25519" => Curve25519Key.Generate(fill).ToPem(),
        _ => Encoding.UTF8.GetBytes($"Unknown type {type}"),
    };
}
