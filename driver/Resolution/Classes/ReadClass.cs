using CsiSecrets.Providers;
using CsiSecrets.Resolution.FileTemplates;

namespace CsiSecrets.Resolution.Classes;

/// <summary>A SecretProviderClass, checked, with its provider.</summary>
/// <param name="From">The provider.</param>
/// <param name="Plan">The class as the provider understands it.</param>
/// <param name="Templates">Files made from the others.</param>
/// <param name="Parameters">What was read.</param>
/// <param name="Version">A hash of all that the files are made from, so that any edit shows.</param>
internal sealed record ReadClass(
    ISecretProvider From, ClassPlan Plan, IReadOnlyList<FileTemplate> Templates, ClassParameters Parameters, string Version);
