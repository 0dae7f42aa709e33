namespace CsiSecrets.Csi;

/// <summary>Who this driver is towards the kubelet.</summary>
/// <param name="DriverName">Name of the CSIDriver object, at most 63 characters.</param>
/// <param name="Version">Vendor version.</param>
/// <param name="NodeId">Name of the node.</param>
/// <param name="HostEndpoint">The driver's socket as a path of the host.</param>
internal sealed record CsiIdentity(string DriverName, string Version, string NodeId, string HostEndpoint);
