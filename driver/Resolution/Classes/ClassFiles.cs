using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Resolution.FileTemplates;

namespace CsiSecrets.Resolution.Classes;

/// <summary>The files of a class, its templates' among them: one code for a volume and for a mirrored Secret.</summary>
internal sealed class ClassFiles(ClassResolver resolver, FileTemplateRenderer renderer)
{
    /// <param name="of">The class.</param>
    /// <param name="access">Who asks.</param>
    /// <param name="applied">What is there already; empty for nothing.</param>
    /// <param name="whole">One changed object brings them all: nothing of the others can be read back.</param>
    /// <param name="maxAge">How old an answer may be.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ResolvedClass> ResolveAsync(
        ReadClass of, AccessRequest access, IReadOnlyList<AppliedObject> applied, bool whole, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        AppliedObject? rendered = applied.FirstOrDefault(a => a.Derived && a.Shape == of.Version);
        bool templates = of.Templates.Count > 0;
        ClassReading reading = templates && rendered is null ? ClassReading.All : templates || whole ? ClassReading.AllUnlessUnchanged : ClassReading.Changed;
        ResolvedClass resolved = await resolver.ResolveAsync(of.From, of.Plan, access, applied, reading, maxAge, cancellationToken);
        if (!templates)
        {
            return resolved;
        }

        try
        {
            ResolvedObject made = rendered is not null && resolved.NothingFresh
                ? new ResolvedObject(rendered, null)
                : Render(of, resolved, cancellationToken);
            return new ResolvedClass([.. resolved.Objects, made], resolved.Listings);
        }
        catch
        {
            resolved.Dispose();
            throw;
        }
    }

    private ResolvedObject Render(ReadClass of, ResolvedClass resolved, CancellationToken cancellationToken)
    {
        using var values = new SecretSet();
        foreach (ShapedFile file in resolved.Objects.SelectMany(o => o.Fresh ?? []))
        {
            values.Put(file.File.Path, file.File.Content.Share());
        }

        IReadOnlyList<SecretFile> files = renderer.Render(of.Parameters.ClassRef, of.Templates, values, cancellationToken);
        return RenderedFiles.Of(
            of.Parameters.ClassRef, of.Version, resolved.Objects.Select(o => KeyValuePair.Create(o.Applied.Key, o.Applied.Version)), files);
    }
}
