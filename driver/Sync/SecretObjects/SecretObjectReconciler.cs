using CsiSecrets.Model;
using CsiSecrets.Model.Manifests;
using CsiSecrets.Resolution;
using CsiSecrets.Resolution.Classes;
using CsiSecrets.Resolution.SecretObjects;

namespace CsiSecrets.Sync.SecretObjects;

/// <summary>
/// One look at a SecretProviderClass with <c>secretObjects</c>.
/// <list type="number">
/// <item>Check that the namespace opted in, and find in whose name the class is read. Nobody's: Secrets that are there stay, and go with their
/// owners.</item>
/// <item>Read the class and each of its entries.</item>
/// <item>While all is as the last look left it, and that was not long ago: nothing more.</item>
/// <item>Fetch, by the code of the volumes. Nothing new: nothing more.</item>
/// <item>Write each Secret that differs.</item>
/// </list>
/// Nothing here throws but a cancellation: what fails is said in the status and by an event.
/// </summary>
internal sealed class SecretObjectReconciler(SecretObjectParts parts)
{
    /// <summary>Somebody waits: a value that was read this long ago is as good as a new one.</summary>
    private static readonly TimeSpan FirstAge = TimeSpan.FromSeconds(15);

    private const string Role = "the Role and RoleBinding of controller/components/secret-objects/namespace";

    private readonly ClassValues values = new(parts);

    /// <param name="manifest">The class.</param>
    /// <param name="last">What the last good look left.</param>
    /// <param name="news">A node has mounted a version that was not seen before: no older answer counts.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<MirrorLook> LookAsync(SecretProviderClass manifest, MirrorRecord? last, bool news, CancellationToken cancellationToken)
    {
        var report = new MirrorReport(manifest, parts.Time);
        string ns = manifest.Metadata.Namespace;
        try
        {
            manifest.RequireReadable(FailureReason.ClassInvalid, $"SecretProviderClass {manifest.Key}");
            await parts.Watches.SecretsKnownAsync(ns, cancellationToken);
            MirrorSource? source = await SourceAsync(manifest, cancellationToken); // 1
            if (source is null)
            {
                return await NobodyAsync(manifest, report, cancellationToken);
            }

            ReadClass read = parts.Tools.Reader.Read(manifest, manifest.Key.ToString(), source.Attributes); // 2
            report.Source = source;
            return await MirrorAsync(manifest, read, source, last, news, report, cancellationToken);
        }
        catch (SecretsException e) when (e.Reason == FailureReason.KubernetesUnavailable)
        {
            // Nobody could be told.
            return new MirrorLook { Record = last, Failed = true };
        }
        catch (SecretsException e)
        {
            bool lacksRole = e.Reason == FailureReason.KubernetesDenied && parts.Watches.IsEnabled(ns);
            report.AllFailed(lacksRole ? new SecretsException(e.Reason, e.Subject, e.Cause, $"apply {Role} there", e) : e);
            return report.End(null, null);
        }
    }

    private async Task<MirrorSource?> SourceAsync(SecretProviderClass manifest, CancellationToken cancellationToken)
    {
        if (manifest.Spec.SecretObjects.Count == 0 || !parts.Sources.IsWanted(manifest))
        {
            return null;
        }

        string ns = manifest.Metadata.Namespace;
        if (!parts.Watches.IsEnabled(ns))
        {
            throw new SecretsException(
                FailureReason.KubernetesDenied,
                $"namespace {ns}",
                "it has not opted in to Secrets made from SecretProviderClasses",
                $"label it {SecretObjectWatches.EnabledLabel}={SecretObjectWatches.Enabled}, and apply {Role} there");
        }

        bool missing = manifest.Spec.SecretObjects.Any(o => Seen(manifest, o.SecretName.Trim()) is null);
        return await parts.Sources.FindAsync(manifest, missing, cancellationToken);
    }

    private async Task<MirrorLook> NobodyAsync(SecretProviderClass manifest, MirrorReport report, CancellationToken cancellationToken)
    {
        foreach (SecretObjectStatus entry in manifest.Status?.SecretObjects ?? [])
        {
            bool known = parts.Watches.IsEnabled(manifest.Metadata.Namespace);
            if (manifest.Spec.SecretObjects.Any(o => o.SecretName.Trim() == entry.SecretName) && (!known || Seen(manifest, entry.SecretName) is not null))
            {
                report.Status.Keep(entry);
            }
        }

        bool waits = await parts.Leftovers.SettleAsync(manifest, report.Status, cancellationToken);
        return report.End(null, waits ? parts.Options.MirrorInterval : null);
    }

    private async Task<MirrorLook> MirrorAsync(
        SecretProviderClass manifest,
        ReadClass read,
        MirrorSource source,
        MirrorRecord? last,
        bool news,
        MirrorReport report,
        CancellationToken cancellationToken)
    {
        List<SecretObjectPlan> plans = Plans(manifest, report);
        string edition = $"{EditionOf(manifest)}\n{read.Version}";
        TimeSpan interval = IntervalOf(read);
        bool whole = last is not null && last.Edition == edition && last.Source == source.Key && source.Owners.All(o => last.Owners.Contains(o.Uid))
            && plans.All(p => last.Secrets.TryGetValue(p.Name, out string? version) && Seen(manifest, p.Name)?.Metadata.ResourceVersion == version)

            // A look that follows another at once may not see the status of that one yet: it must not say less.
            && plans.All(p => report.Status.Before(p.Name) is { Hash.Length: > 0 });
        TimeSpan since = whole ? parts.Time.GetElapsedTime(last!.At) : TimeSpan.Zero;
        if (whole && !news && since < interval) // 3
        {
            plans.ForEach(p => report.Status.Good(p.Name, null));
            await parts.Leftovers.SettleAsync(manifest, report.Status, cancellationToken);
            return report.End(last, interval - since);
        }

        TimeSpan maxAge = news ? TimeSpan.Zero : whole ? interval : FirstAge;
        using ResolvedClass resolved = await values.ResolveAsync(read, source, whole ? last!.Applied : [], maxAge, cancellationToken); // 4
        MirrorRecord? next;
        if (whole && resolved.NothingFresh)
        {
            plans.ForEach(p => report.Status.Good(p.Name, null));
            next = last! with { At = parts.Time.GetTimestamp() };
        }
        else
        {
            using SecretSet files = ClassValues.FilesOf(resolved);
            IReadOnlyDictionary<string, string> written = await WriteAllAsync(manifest, plans, files, source, report, cancellationToken); // 5
            next = new MirrorRecord
            {
                Edition = edition,
                Source = source.Key,
                Applied = [.. resolved.Objects.Select(static o => o.Applied)],
                Secrets = written,
                Owners = source.Owners.Select(static o => o.Uid).ToHashSet(StringComparer.Ordinal),
                At = parts.Time.GetTimestamp(),
            };
        }

        await parts.Leftovers.SettleAsync(manifest, report.Status, cancellationToken);
        return report.End(report.IsBad ? null : next, interval);
    }

    private async Task<IReadOnlyDictionary<string, string>> WriteAllAsync(
        SecretProviderClass manifest, List<SecretObjectPlan> plans, SecretSet files, MirrorSource source, MirrorReport report, CancellationToken cancellationToken)
    {
        var versions = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (SecretObjectPlan plan in plans)
        {
            try
            {
                RefuseSecond(manifest, plan.Name);
                SecretObjectWritten written = await parts.Writer.WriteAsync(manifest, plan, files, source.Owners, cancellationToken);
                versions[plan.Name] = written.Secret.Metadata.ResourceVersion;
                report.Written(plan.Name, written);
            }
            catch (SecretsException e)
            {
                report.Failed(plan.Name, e);
            }
        }

        return versions;
    }

    /// <summary>The entries that can be read; the others are reported.</summary>
    private static List<SecretObjectPlan> Plans(SecretProviderClass manifest, MirrorReport report)
    {
        var plans = new List<SecretObjectPlan>();
        for (int i = 0; i < manifest.Spec.SecretObjects.Count; i++)
        {
            SecretObject entry = manifest.Spec.SecretObjects[i];
            try
            {
                SecretObjectPlan plan = SecretObjectReader.Read(manifest.Key.ToString(), i, entry);
                if (plans.Any(p => p.Name == plan.Name))
                {
                    throw new SecretsException(
                        FailureReason.ClassInvalid, $"SecretProviderClass {manifest.Key}: spec.secretObjects[{i}]", $"Secret {plan.Name} is there twice", "name each Secret once");
                }

                plans.Add(plan);
            }
            catch (SecretsException e)
            {
                report.Failed(entry.SecretName.Trim() is { Length: > 0 } name ? name : $"(entry {i})", e);
            }
        }

        return plans;
    }

    /// <summary>Every Secret has one writer: the oldest of the classes that list it and that anybody uses.</summary>
    private void RefuseSecond(SecretProviderClass manifest, string secret)
    {
        SecretProviderClass first = parts.Watches.ClassesOf(manifest.Metadata.Namespace, secret).Where(parts.Sources.IsWanted)
            .OrderBy(c => c.Metadata.CreationTimestamp ?? DateTimeOffset.MaxValue).ThenBy(c => c.Metadata.Name, StringComparer.Ordinal)
            .FirstOrDefault() ?? manifest;
        if (first.Metadata.Name != manifest.Metadata.Name)
        {
            throw new SecretsException(
                FailureReason.TargetTaken,
                $"Secret {manifest.Metadata.Namespace}/{secret}",
                $"SecretProviderClass {first.Key} writes it",
                "give one of the two another secretName");
        }
    }

    private Kube.Secrets.ObservedSecret? Seen(SecretProviderClass manifest, string secret) =>
        parts.Watches.FindSecret(new ObjectKey(manifest.Metadata.Namespace, secret));

    private TimeSpan IntervalOf(ReadClass read) =>
        read.Parameters.Values.TryGetValue("rotationPollInterval", out string? text) && GoDuration.TryParse(text, out TimeSpan interval) && interval >= TimeSpan.FromSeconds(1)
            ? interval
            : parts.Options.MirrorInterval;

    /// <summary>Differs for any two editions; the same whatever the status is.</summary>
    public static string EditionOf(SecretProviderClass manifest) =>
        $"{manifest.Metadata.Uid}\n{manifest.Metadata.Generation?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? manifest.Metadata.ResourceVersion}\n{manifest.Metadata.Annotation(SourceFinder.AccountAnnotation)}";
}
