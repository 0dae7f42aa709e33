using System.Text;
using CsiSecrets.GoRegex;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Model.Manifests.ExternalSecrets;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>Who may use a store, and when. Pure.</summary>
/// <param name="controllerClass">The class of this controller; a store of another class is somebody else's.</param>
/// <param name="requireReady">Whether a store must be Ready before it is used.</param>
internal sealed class StoreGate(string controllerClass, bool requireReady)
{
    private readonly GoRegexpCache patterns = new(256);

    /// <summary>False where another controller serves the store: then all that refers to it is left alone.</summary>
    public bool IsOurs(StoreSpec spec) => string.IsNullOrEmpty(spec.Controller) || spec.Controller == controllerClass;

    /// <summary>Throws StoreForbidden, StoreNotReady, or StoreInvalid where a condition cannot be read.</summary>
    /// <param name="store">A ClusterSecretStore, or a SecretStore of the namespace.</param>
    /// <param name="user">The namespace of the ExternalSecret.</param>
    public void Require(StoreObject store, Namespace user)
    {
        string name = store is ClusterSecretStore ? $"ClusterSecretStore {store.Metadata.Name}" : $"SecretStore {store.Key}";
        store.RequireReadable(FailureReason.StoreInvalid, name);
        bool mayUse = store is ClusterSecretStore ? Admits(store.Spec, user, name) : store.Metadata.Namespace == user.Metadata.Name;
        if (!mayUse)
        {
            throw new SecretsException(
                FailureReason.StoreForbidden,
                name,
                $"using it from namespace {FieldProblems.Show(user.Metadata.Name)} is not allowed: denied by spec.conditions",
                "add the namespace to the store's conditions, or use another store");
        }

        if (requireReady && !IsReady(store))
        {
            StatusCondition? ready = store.Status?.Conditions.FirstOrDefault(c => c.Type == "Ready");
            throw new SecretsException(
                FailureReason.StoreNotReady,
                name,
                $"{(store is ClusterSecretStore ? "ClusterSecretStore" : "SecretStore")} \"{store.Metadata.Name}\" is not ready"
                    + (string.IsNullOrEmpty(ready?.Message) ? "" : $" ({ready.Message})"),
                "look at the store's status and events");
        }
    }

    public static bool IsReady(StoreObject store) => store.Status?.Conditions.Any(c => c is { Type: "Ready", Status: "True" }) == true;

    /// <summary>Anybody where there are no conditions; else whom one of them names, in any of its three ways.</summary>
    private bool Admits(StoreSpec spec, Namespace user, string name)
    {
        if (spec.Conditions.Count == 0)
        {
            return true;
        }

        StoreConditions.CheckSelectors(spec, name);

        string ns = user.Metadata.Name;
        bool admitted = false;
        for (int i = 0; i < spec.Conditions.Count; i++)
        {
            StoreCondition condition = spec.Conditions[i];
            admitted |= condition.NamespaceSelector?.Matches(user.Metadata.Labels) == true || condition.Namespaces.Contains(ns);
            for (int j = 0; j < condition.NamespaceRegexes.Count; j++)
            {
                // Each is compiled, whoever matched before: a pattern that cannot be read is an error on every day.
                GoRegexp pattern = Compile(condition.NamespaceRegexes[j], $"{name}: spec.conditions[{i}].namespaceRegexes[{j}]");
                admitted |= pattern.IsMatch(Encoding.UTF8.GetBytes(ns), CancellationToken.None);
            }
        }

        return admitted;
    }

    private GoRegexp Compile(string pattern, string subject)
    {
        try
        {
            return patterns.Get(Encoding.UTF8.GetBytes(pattern));
        }
        catch (GoRegexpException e)
        {
            throw new SecretsException(FailureReason.StoreInvalid, subject, e.Message, "correct the regular expression (RE2)");
        }
    }
}
