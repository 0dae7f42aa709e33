using CsiSecrets.Posix;

namespace CsiSecrets.Hosting;

/// <summary>The first act of a node: all but the capabilities that it needs are given up for good, then system calls that it never makes.</summary>
internal static class NodePrivileges
{
    public static void Drop(NodeOptions options)
    {
        if (options.KeepPrivileges)
        {
            Privileges.ForbidDumps();
        }
        else
        {
            Privileges.DropAndReexec(options.InPlace.Signals ? PrivilegeSet.SignallingNode : PrivilegeSet.Node);
            Privileges.Confine(options.InPlace.Signals);
        }
    }
}
