namespace CsiSecrets.Providers.Aws.Stores;

/// <summary>The requests of a store's objects. Pure.</summary>
internal static class StoreObjects
{
    private const string ById = "uuid/";

    /// <param name="service">The store's service.</param>
    /// <param name="id">The whole name or ARN.</param>
    /// <param name="version">Secrets Manager: empty, <c>uuid/ID</c> or a stage. Parameter Store: a number or a label.</param>
    /// <param name="tags">The tags in place of the value: of the object, whatever the version.</param>
    public static AwsObjectRequest Of(AwsStore service, string id, string version, bool tags)
    {
        AwsObjectRef one = tags || version.Length == 0 ? new AwsObjectRef(id, null, null)
            : service == AwsStore.ParameterStore ? new AwsObjectRef(id, version, null)
            : version.StartsWith(ById, StringComparison.Ordinal) ? new AwsObjectRef(id, version[ById.Length..], null)
            : new AwsObjectRef(id, null, version);
        string kind = service == AwsStore.SecretsManager ? "secret" : "parameter";
        string what = tags ? $"tags of {kind} {id}" : version.Length == 0 ? $"{kind} {id}" : $"{kind} {id} version {version}";
        AwsObjectRequest request = AwsObjectRequest.Create(what, service, one, null, optional: false);
        return request with { ForStore = true, Tags = tags, ObjectKey = tags ? $"tags|{request.ObjectKey}" : $"store|{request.ObjectKey}" };
    }
}
