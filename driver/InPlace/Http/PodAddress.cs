using System.Net;
using System.Net.Sockets;
using CsiSecrets.Model.Manifests;

namespace CsiSecrets.InPlace.Http;

/// <summary>Which addresses a call for a pod may go to: its own, and nobody else's. Pure.</summary>
internal static class PodAddress
{
    /// <summary>Networks in which no pod lives, or behind which another address hides.</summary>
    private static readonly IPNetwork[] Forbidden =
    [
        .. ((string[])[
            "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", // this host, loopback, link-local, multicast and reserved
            "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", // unspecified and loopback; IPv4 in disguise
            "fe80::/10", "fec0::/10", "ff00::/8", // link-local, site-local, multicast
            "fd00:ec2::/32", // EC2's services: credentials of the machine
        ]).Select(IPNetwork.Parse),
    ];

    /// <param name="pod">The pod.</param>
    /// <param name="ofNode">The node's own addresses, as text.</param>
    /// <param name="neighbours">All pods of the node; the pod itself may be among them.</param>
    /// <returns>The addresses in the pod's order; or why there must be no call.</returns>
    public static (IReadOnlyList<IPAddress> Addresses, string? Refusal) Of(Pod pod, IEnumerable<string> ofNode, IEnumerable<Pod> neighbours)
    {
        if (pod.Spec.HostNetwork == true)
        {
            return Refused("the pod uses the node's network, where a port may be anybody's: use reload-signal");
        }

        List<IPAddress> own = [];
        foreach (string text in Texts(pod))
        {
            if (Read(text) is not { } address)
            {
                return Refused($"the pod's address {text} cannot be read");
            }

            if (Forbidden.Any(n => n.Contains(address)))
            {
                return Refused($"the pod's address {address} is of a network in which no pod lives");
            }

            own.Add(address);
        }

        HashSet<IPAddress> node = [.. ofNode.Concat(pod.Status.HostIPs.Select(h => h.Ip)).Append(pod.Status.HostIP).Select(Read).OfType<IPAddress>()];
        if (own.Find(node.Contains) is { } nodes)
        {
            return Refused($"the pod's address {nodes} is the node's own");
        }

        Pod? other = neighbours.FirstOrDefault(n => n.Metadata.Uid != pod.Metadata.Uid && IsAlive(n) && Texts(n).Select(Read).Any(a => a is not null && own.Contains(a)));
        return other is not null ? Refused($"its address is also that of pod {other.Key}")
            : own.Count == 0 ? Refused("the pod has no address yet")
            : (own, null);
    }

    private static bool IsAlive(Pod pod) => pod.Status.Phase is not ("Succeeded" or "Failed");

    private static IEnumerable<string> Texts(Pod pod) => pod.Status.PodIPs.Select(p => p.Ip).Append(pod.Status.PodIP).Where(t => t.Length > 0).Distinct();

    /// <summary>Null for what is no plain address; an IPv4 address in IPv6 clothes is read as what it is.</summary>
    private static IPAddress? Read(string text) => text.Contains('%', StringComparison.Ordinal) || !IPAddress.TryParse(text, out IPAddress? address) ? null
        : address.AddressFamily == AddressFamily.InterNetworkV6 && address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address;

    private static (IReadOnlyList<IPAddress> Addresses, string? Refusal) Refused(string why) => ([], why);
}
