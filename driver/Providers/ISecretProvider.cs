using CsiSecrets.Model;

namespace CsiSecrets.Providers;

/// <summary>
/// A store of secrets as a SecretProviderClass names it in <c>spec.provider</c>. Two of its methods are pure (<see cref="ReadClass"/>, <see cref="Shape"/>), the others talk to the provider.
/// Implementations hold no value: what is read goes to the caller, which caches, shares and clears it.
/// </summary>
internal interface ISecretProvider : ISecretReader
{
    /// <summary>Pure. Reads the parameters. Throws one <see cref="SecretsException"/> (ClassInvalid) that lists every error.</summary>
    ClassPlan ReadClass(ClassParameters parameters);

    /// <summary>Pure. For which audiences a caller who is no kubelet has to bring tokens: of the pod where there is one, else of a ServiceAccount
    /// alone. Throws Unsupported where a pod is needed.</summary>
    IReadOnlyList<string> AudiencesOf(ClassPlan plan, bool ofPod) => [];

    /// <summary>Finds out how this identity reads: region, role, chain. May ask the API server; obtains no credentials yet.</summary>
    Task<ProviderAccess> OpenAsync(ClassPlan plan, AccessRequest request, CancellationToken cancellationToken);

    /// <summary>Lists one selection: the objects it names now.</summary>
    Task<IReadOnlyList<PlannedObject>> ListAsync(
        ProviderAccess access, ClassPlan plan, PlannedSelection selection, CancellationToken cancellationToken);

    /// <summary>Pure. The files of one object's value. Throws ValueInvalid (bad JSON, no match, undecodable).</summary>
    IReadOnlyList<ShapedFile> Shape(ClassPlan plan, PlannedObject planned, string version, SecretBytes content);
}
