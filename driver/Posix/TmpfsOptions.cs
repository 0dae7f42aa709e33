using System.Globalization;
using System.Text;

namespace CsiSecrets.Posix;

/// <summary>Options of a new tmpfs; nosuid, nodev and noexec are always set.</summary>
/// <param name="Bytes">Its size; must be positive, as tmpfs takes 0 for "no limit".</param>
/// <param name="Inodes">The same for files, folders and links.</param>
/// <param name="Mode">Mode of its root.</param>
/// <param name="Uid">Owner of its root; null is root.</param>
/// <param name="Gid">Group of its root; null is root.</param>
internal sealed record TmpfsOptions(long Bytes, long Inodes, int Mode = 0x1ED, int? Uid = null, int? Gid = null)
{
    /// <summary>The data argument of mount(2).</summary>
    public string ToMountData(bool noSwap)
    {
        StringBuilder text = new(96);
        text.Append(CultureInfo.InvariantCulture, $"size={Math.Max(Bytes, 1)},nr_inodes={Math.Max(Inodes, 1)}");
        text.Append(",mode=0").Append(Convert.ToString(Mode, 8));
        if (Uid is { } uid)
        {
            text.Append(CultureInfo.InvariantCulture, $",uid={uid}");
        }

        if (Gid is { } gid)
        {
            text.Append(CultureInfo.InvariantCulture, $",gid={gid}");
        }

        return noSwap ? text.Append(",noswap").ToString() : text.ToString();
    }
}
