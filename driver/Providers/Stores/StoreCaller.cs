namespace CsiSecrets.Providers.Stores;

/// <summary>On whose behalf a store is used.</summary>
internal abstract record StoreCaller
{
    private StoreCaller(string ns) => Namespace = ns;

    /// <summary>The namespace of the ExternalSecret: where a ClusterSecretStore's references without a namespace are looked up.
    /// Empty when the store itself is validated.</summary>
    public string Namespace { get; }

    /// <summary>The controller: the store's <c>auth</c> says how.</summary>
    public sealed record Controller(string Ns) : StoreCaller(Ns);

    /// <summary>A volume of a pod: the pod's own identity takes the place of <c>auth</c>, of which nothing is read.</summary>
    public sealed record Pod(AccessRequest Request) : StoreCaller(Request.Pod.Namespace)
    {
        public override string ToString() => Request.ToString();
    }
}
