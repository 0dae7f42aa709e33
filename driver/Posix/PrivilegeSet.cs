namespace CsiSecrets.Posix;

/// <summary>The capabilities that a process keeps; the start fails when one of them is missing.</summary>
/// <param name="Keep">Kept as effective, permitted and bounding; all others go.</param>
internal sealed record PrivilegeSet(IReadOnlyList<Capability> Keep)
{
    /// <summary>
    /// The node: uid 0 with three capabilities.
    /// CAP_SYS_ADMIN mounts, remounts and unmounts. CAP_CHOWN gives files and folders to the pod's user and group. CAP_DAC_READ_SEARCH
    /// reads back a 0400 file that was given to a pod's user, when a refresh carries it over unchanged; its one known abuse,
    /// open_by_handle_at, is denied by the filter.
    /// CAP_DAC_OVERRIDE is not needed: every folder written to (kubelet's, the tmpfs root, the sets) is owned by uid 0 with u+rwx.
    /// CAP_FOWNER is not needed: a file's mode is set before its owner, files are replaced and never changed, and to unlink one needs
    /// only its folder. CAP_FSETID is not needed: no setgid bit is ever set.
    /// </summary>
    public static PrivilegeSet Node { get; } = new([Capability.SysAdmin, Capability.Chown, Capability.DacReadSearch]);

    /// <summary>A node that sends signals to applications whose files changed, which is off unless asked for: CAP_KILL besides, for
    /// applications that are not root.</summary>
    public static PrivilegeSet SignallingNode { get; } = new([.. Node.Keep, Capability.Kill]);

    /// <summary>Bit n is capability n.</summary>
    public ulong Mask => Keep.Aggregate(0UL, (mask, capability) => mask | (1UL << (int)capability));
}
