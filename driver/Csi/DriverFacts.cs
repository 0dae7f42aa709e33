namespace CsiSecrets.Csi;

/// <summary>What the cluster's CSIDriver object makes the kubelet do, so that nothing a pod's author wrote is taken for the kubelet's word.</summary>
/// <param name="PodInfo">podInfoOnMount: the pod.* keys are the kubelet's.</param>
/// <param name="Audiences">Audiences of tokenRequests.</param>
/// <param name="TokensInSecrets">serviceAccountTokenInSecrets: tokens come in <c>secrets</c>, not in the volume context.</param>
internal sealed record DriverFacts(bool PodInfo, IReadOnlySet<string> Audiences, bool TokensInSecrets);
