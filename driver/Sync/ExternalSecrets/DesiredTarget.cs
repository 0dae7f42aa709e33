using CsiSecrets.Mirroring;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Sync.ExternalSecrets;

/// <summary>From a plan and what was rendered to the Secret that is wanted. Pure.</summary>
internal static class DesiredTarget
{
    public static Contributor From(ExternalSecretPlan plan) => new() { Namespace = plan.Key.Namespace, Name = plan.Key.Name };

    public static ObjectKey Key(ExternalSecretPlan plan) => new(plan.Key.Namespace, plan.Target.Name);

    public static MirrorMode Mode(CreationPolicy policy) => policy switch
    {
        CreationPolicy.Merge => MirrorMode.Merge,
        CreationPolicy.CreateOrMerge => MirrorMode.CreateOrMerge,
        _ => MirrorMode.Replace,
    };

    public static IReadOnlyList<OwnerReference> Owners(ExternalSecretPlan plan) =>
        plan.Target.Creation == CreationPolicy.Owner ? [Contributor.OwnerOf(plan.Key.Name, plan.Uid)] : [];

    /// <summary>Its data is a share of the rendered one: disposed on its own.</summary>
    public static DesiredSecret Of(ExternalSecretPlan plan, RenderedTarget rendered, IReadOnlySet<string> companions) => new()
    {
        Key = Key(plan),
        From = From(plan),
        Data = rendered.Data.Share(),
        Mode = Mode(plan.Target.Creation),
        Type = rendered.Type ?? "",
        Labels = rendered.Labels,
        Annotations = rendered.Annotations,
        Finalizers = rendered.Finalizers,
        Owners = Owners(plan),
        Immutable = plan.Target.Immutable,
        Companions = companions,
    };
}
