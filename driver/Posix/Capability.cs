namespace CsiSecrets.Posix;

/// <summary>The Linux capabilities that are named in this code, by number.</summary>
internal enum Capability
{
    Chown = 0,
    DacReadSearch = 2,
    Kill = 5,
    SetPCap = 8,
    SysAdmin = 21,
}
