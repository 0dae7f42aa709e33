using CsiSecrets.Model.Manifests;

namespace CsiSecrets.Kube;

/// <summary>Reads Secrets of one API server, and asks whether it may.</summary>
internal sealed class SecretReading(IKubeApi api)
{
    /// <summary>Null when there is none; else the receiver owns it.</summary>
    public Task<Secret?> FindAsync(string ns, string name, CancellationToken ct) => api.GetAsync(ResourceTypes.Secrets, new ObjectKey(ns, name), ct);

    /// <summary>Those that a selector and a name let through; the others are cleared as they arrive.</summary>
    public async Task<IReadOnlyList<Secret>> ListAsync(string ns, string labelSelector, Func<string, bool> wanted, CancellationToken ct)
    {
        var found = new List<Secret>();
        try
        {
            await api.ListAsync(
                ResourceTypes.Secrets,
                new KubeQuery { Namespace = ns, LabelSelector = labelSelector },
                secret =>
                {
                    if (wanted(secret.Metadata.Name))
                    {
                        found.Add(secret);
                    }
                    else
                    {
                        secret.Dispose();
                    }
                },
                ct);
            return found;
        }
        catch
        {
            found.ForEach(static s => s.Dispose());
            throw;
        }
    }

    /// <summary>By the rules that the server lists, or else by its answer to exactly that question: some authorizers list none.</summary>
    public async Task<bool> MayReadAsync(string ns, CancellationToken ct)
    {
        var rules = new SelfSubjectRulesReview { Spec = new RulesReviewSpec { Namespace = ns } };
        SelfSubjectRulesReview listed = await api.CreateAsync(ResourceTypes.RulesReviews, rules, ct);
        if (listed.Status?.ResourceRules.Any(static r => r.Allows("get", "", "secrets")) == true)
        {
            return true;
        }

        var question = new SelfSubjectAccessReview
        {
            Spec = new AccessReviewSpec { ResourceAttributes = new ReviewedResource { Namespace = ns, Verb = "get", Resource = "secrets" } },
        };
        return (await api.CreateAsync(ResourceTypes.AccessReviews, question, ct)).Status?.Allowed == true;
    }
}
