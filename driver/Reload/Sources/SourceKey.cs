namespace CsiSecrets.Reload.Sources;

/// <summary>A source within its namespace.</summary>
internal readonly record struct SourceKey(SourceKind Kind, string Name)
{
    /// <summary>Reloader's word, in variables, messages and records.</summary>
    public string Word => Kind switch
    {
        SourceKind.ConfigMap => "CONFIGMAP",
        SourceKind.Secret => "SECRET",
        _ => "SECRETPROVIDERCLASS",
    };

    /// <summary>The plural of what is watched for it.</summary>
    public string Resource => Kind switch
    {
        SourceKind.ConfigMap => "configmaps",
        SourceKind.Secret => "secrets",
        _ => "secretproviderclasspodstatuses",
    };

    public override string ToString() => $"{Word}/{Name}";
}
