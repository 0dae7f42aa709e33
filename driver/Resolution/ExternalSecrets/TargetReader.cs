using CsiSecrets.Model.Manifests.ExternalSecrets;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>Reads <c>spec.target</c>.</summary>
internal static class TargetReader
{
    public static TargetPlan Read(ExternalSecretTarget target, string ownName, FieldProblems problems)
    {
        CreationPolicy creation = WordField.Read(
            target.CreationPolicy, "spec.target.creationPolicy", problems,
            ("Owner", CreationPolicy.Owner), ("Orphan", CreationPolicy.Orphan), ("Merge", CreationPolicy.Merge),
            ("CreateOrMerge", CreationPolicy.CreateOrMerge), ("None", CreationPolicy.None));
        DeletionPolicy deletion = WordField.Read(
            target.DeletionPolicy, "spec.target.deletionPolicy", problems,
            ("Retain", DeletionPolicy.Retain), ("Delete", DeletionPolicy.Delete), ("Merge", DeletionPolicy.Merge));
        if (deletion == DeletionPolicy.Delete && creation != CreationPolicy.Owner)
        {
            problems.Add(
                "spec.target.deletionPolicy",
                $"deletionPolicy=Delete must not be used when the controller doesn't own the secret, as with creationPolicy={creation}",
                "use creationPolicy Owner, or deletionPolicy Retain or Merge");
        }

        if (deletion == DeletionPolicy.Merge && creation == CreationPolicy.None)
        {
            problems.Add(
                "spec.target.deletionPolicy",
                "deletionPolicy=Merge must not be used with creationPolicy=None: there is nothing to merge with",
                "use deletionPolicy Retain");
        }

        if (!string.IsNullOrEmpty(target.Name))
        {
            NameRules.Object(target.Name, "spec.target.name", problems);
        }

        if (target.Manifest is { } manifest)
        {
            RequireManifest(manifest, problems);
        }

        return new TargetPlan
        {
            Name = string.IsNullOrEmpty(target.Name) ? ownName : target.Name,
            Creation = creation,
            Deletion = deletion,
            Immutable = target.Immutable ?? false,
            Manifest = target.Manifest,
            Template = target.Template is { } template ? TemplateReader.Read(template, target.Manifest is null, problems) : null,
        };
    }

    private static void RequireManifest(ManifestTarget manifest, FieldProblems problems)
    {
        if (manifest.ApiVersion.Length == 0)
        {
            problems.Add("spec.target.manifest.apiVersion", "it is required", "write it like apps/v1");
        }
        else if (!NameRules.IsApiVersion(manifest.ApiVersion))
        {
            problems.Add("spec.target.manifest.apiVersion", $"{FieldProblems.Show(manifest.ApiVersion)} is no version of an API", "write it like apps/v1");
        }

        if (manifest.Kind.Length == 0)
        {
            problems.Add("spec.target.manifest.kind", "it is required", "write it like ConfigMap");
        }
        else if (!NameRules.IsKind(manifest.Kind))
        {
            problems.Add("spec.target.manifest.kind", $"{FieldProblems.Show(manifest.Kind)} is no kind", "write it like ConfigMap");
        }
    }
}
