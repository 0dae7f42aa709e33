using System.Text.Json;
using System.Text.Json.Serialization;
using CsiSecrets.Model.Manifests.ExternalSecrets;

namespace CsiSecrets.Model.Manifests;

/// <summary>Source-generated JSON of all manifests.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    ReadCommentHandling = JsonCommentHandling.Disallow)]
[JsonSerializable(typeof(SecretProviderClass))]
[JsonSerializable(typeof(SecretProviderClassPodStatus))]
[JsonSerializable(typeof(SecretProviderClassStatus))]
[JsonSerializable(typeof(Pod))]
[JsonSerializable(typeof(PodDocument))]
[JsonSerializable(typeof(ServiceAccount))]
[JsonSerializable(typeof(Secret))]
[JsonSerializable(typeof(Node))]
[JsonSerializable(typeof(CsiDriver))]
[JsonSerializable(typeof(KubeEvent))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(TokenRequestReply))]
[JsonSerializable(typeof(SelfSubjectRulesReview))]
[JsonSerializable(typeof(SelfSubjectAccessReview))]
[JsonSerializable(typeof(Lease))]
[JsonSerializable(typeof(Namespace))]
[JsonSerializable(typeof(ConfigMap))]
[JsonSerializable(typeof(ExternalSecret))]
[JsonSerializable(typeof(ExternalSecretSpec))]
[JsonSerializable(typeof(ClusterExternalSecret))]
[JsonSerializable(typeof(SecretStore))]
[JsonSerializable(typeof(ClusterSecretStore))]
[JsonSerializable(typeof(StoreStatus))]
[JsonSerializable(typeof(ExternalSecretStatus))]
[JsonSerializable(typeof(ClusterExternalSecretStatus))]
[JsonSerializable(typeof(ApiStatus))]
[JsonSerializable(typeof(ApiResourceList))]
[JsonSerializable(typeof(DeleteOptions))]
[JsonSerializable(typeof(ListMeta))]
internal sealed partial class ManifestJson : JsonSerializerContext;
