using System.Collections.Frozen;

namespace CsiSecrets.Templates.Crypto;

/// <summary>Functions that cost up to seconds or tens of MiB a call: counted per render, one at a time in the process.</summary>
internal static class ExpensiveFunctions
{
    public static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.Ordinal,
        "bcrypt",
        "htpasswd",
        "derivePassword",
        "genPrivateKey",
        "genCA",
        "genCAWithKey",
        "genSelfSignedCert",
        "genSelfSignedCertWithKey",
        "genSignedCert",
        "genSignedCertWithKey");

    /// <summary>Those that leave tens of MiB of garbage behind.</summary>
    private static readonly FrozenSet<string> Large = FrozenSet.Create(StringComparer.Ordinal, "derivePassword");

    /// <summary>Collects and decommits what one such call left; to be called once its result is kept.</summary>
    public static void GiveMemoryBack(string name)
    {
        if (Large.Contains(name))
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}
