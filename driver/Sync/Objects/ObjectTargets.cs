using System.Collections.Concurrent;
using CsiSecrets.Kube.Objects;
using CsiSecrets.Mirroring;
using CsiSecrets.Mirroring.Objects;
using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Resolution.ExternalSecrets;
using CsiSecrets.Sync.ExternalSecrets;

namespace CsiSecrets.Sync.Objects;

/// <summary>The targets of ExternalSecrets that are no Secrets: found by discovery, watched, written, and removed when they are left behind.</summary>
internal sealed class ObjectTargets(KindDirectory kinds, ObjectWatches watches, ObjectMirror mirror, ObjectRender render, SyncOptions options)
{
    private const string Verbs = "get, list, watch, create, patch, delete";

    /// <summary>What each ExternalSecret wrote last, for when it comes to write another.</summary>
    private readonly ConcurrentDictionary<ObjectKey, ObjectTarget> written = new();

    /// <summary>Throws Unsupported where the target may not be.</summary>
    public void Require(ExternalSecretPlan plan)
    {
        if (!options.GenericTargets)
        {
            throw new SecretsException(
                FailureReason.Unsupported,
                SubjectOf(plan),
                $"the target is a {plan.Target.Manifest!.Kind}, and generic targets are disabled",
                "start the controller with --unsafe-allow-generic-targets, or leave target.manifest out");
        }

        KindRules.Check(plan.Target.Manifest!.ApiVersion, plan.Target.Manifest.Kind, SubjectOf(plan));
    }

    /// <summary>The object as the watch of its kind knows it; null where it knows none. Throws where the kind is none, or may not be read.</summary>
    public async Task<ObservedObject?> FindAsync(ExternalSecretPlan plan, CancellationToken cancellationToken)
    {
        ObjectTarget target = await TargetOfAsync(plan, cancellationToken);
        await GrantedAsync(target, async () =>
        {
            await watches.UseAsync(target, plan.Key, cancellationToken);
            return true;
        });
        return watches.Find(target);
    }

    public async Task<DriftVerdict> JudgeAsync(ExternalSecretPlan plan, AppliedFields? last, ObservedObject? seen, CancellationToken cancellationToken) =>
        ObjectDrift.Judge(Want(plan, await TargetOfAsync(plan, cancellationToken)), last, seen);

    public async Task<MirrorResult> WriteAsync(ExternalSecretPlan plan, RenderedTarget values, AppliedFields? last, CancellationToken cancellationToken)
    {
        ObjectTarget target = await TargetOfAsync(plan, cancellationToken);
        using TemplateContents contents = await render.ReadAsync(plan, cancellationToken);
        DesiredObject want = Want(plan, target) with
        {
            BuildsOnLive = ManifestSeed.BuildsOnLive(plan),
            Render = live => render.Make(plan, ManifestSeed.Of(plan, live), values.Data, contents, cancellationToken),
        };
        MirrorResult result = await GrantedAsync(target, () => mirror.ApplyAsync(want, last, watches.Find(target), cancellationToken));
        written[plan.Key] = written.TryGetValue(plan.Key, out ObjectTarget? before) && before != target ? before : target;
        return result;
    }

    /// <summary>Deletes the target if the ExternalSecret owns it. False when there was nothing to delete.</summary>
    public async Task<bool> DeleteAsync(ExternalSecretPlan plan, CancellationToken cancellationToken)
    {
        ObjectTarget target = await TargetOfAsync(plan, cancellationToken);
        return await GrantedAsync(target, () => mirror.DeleteAsync(target.Kind, target.Key, DesiredTarget.From(plan), cancellationToken));
    }

    /// <summary>Removes objects that the ExternalSecret owned under another name or kind; returns how many.</summary>
    public async Task<int> RemoveLeftoversAsync(ExternalSecretPlan plan, CancellationToken cancellationToken)
    {
        ObjectTarget? now = IsObject(plan) ? await TargetOfAsync(plan, cancellationToken) : null;
        var old = new HashSet<ObjectTarget>();
        if (written.TryGetValue(plan.Key, out ObjectTarget? before))
        {
            old.Add(before);
        }

        string mark = Marks.CreatedByValue(plan.Key.Namespace, plan.Key.Name);
        old.UnionWith(now is null ? [] : watches.Beside(now).Where(o => o.Metadata.Label(Marks.CreatedBy) == mark).Select(o => now with { Key = o.Key }));
        int removed = 0;
        foreach (ObjectTarget one in old.Where(o => o != now))
        {
            removed += await GrantedAsync(one, () => mirror.DeleteAsync(one.Kind, one.Key, DesiredTarget.From(plan), cancellationToken)) ? 1 : 0;
        }

        if (now is null)
        {
            Forget(plan.Key);
        }
        else
        {
            written[plan.Key] = now;
        }

        return removed;
    }

    public void Forget(ObjectKey user)
    {
        written.TryRemove(user, out _);
        watches.Release(user);
    }

    private static bool IsObject(ExternalSecretPlan plan) => plan.Target.Manifest is not null && plan.Target.Creation != CreationPolicy.None;

    private static string SubjectOf(ExternalSecretPlan plan) => $"{plan.Subject}: spec.target.manifest";

    private async Task<ObjectTarget> TargetOfAsync(ExternalSecretPlan plan, CancellationToken cancellationToken) => new(
        await kinds.FindAsync(plan.Target.Manifest!.ApiVersion, plan.Target.Manifest.Kind, SubjectOf(plan), cancellationToken), DesiredTarget.Key(plan));

    private DesiredObject Want(ExternalSecretPlan plan, ObjectTarget target)
    {
        Contributor from = DesiredTarget.From(plan);
        MirrorMode mode = DesiredTarget.Mode(plan.Target.Creation);
        TemplatePlan? template = plan.Target.Template;
        return new DesiredObject
        {
            Kind = target.Kind,
            Key = target.Key,
            From = from,
            Mode = mode,
            Manager = DesiredObject.ManagerOf(options.FieldManager, from, mode),
            FormerManager = DesiredObject.ManagerOf(options.FieldManager, from, mode == MirrorMode.Replace ? MirrorMode.Merge : MirrorMode.Replace),
            Owners = DesiredTarget.Owners(plan),
            Named =
            [
                .. (template?.Labels.Keys ?? []).Where(IsTheirs).Select(static k => $"metadata.labels.{k}"),
                .. (template?.Annotations.Keys ?? []).Where(IsTheirs).Select(static k => $"metadata.annotations.{k}"),
            ],
        };
    }

    private static bool IsTheirs(string name) => !Marks.IsOwn(name) && !Marks.IsTracking(name);

    /// <summary>A refusal names the rights that are missing.</summary>
    private static async Task<T> GrantedAsync<T>(ObjectTarget target, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (SecretsException e) when (e.Reason == FailureReason.KubernetesDenied)
        {
            throw new SecretsException(
                e.Reason,
                e.Subject,
                e.Cause,
                $"grant the controller's ServiceAccount {Verbs} of {target.Kind.Resource} by a Role in namespace {target.Key.Namespace}, or as the component generic-targets does",
                e);
        }
    }
}
