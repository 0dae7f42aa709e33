using System.Text;
using CsiSecrets.GoRegex;
using CsiSecrets.Model;
using CsiSecrets.Templates;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>Changes key names by regexp, template or merge. Names are worked on in ordinal order, so that where two become one the result is
/// always the same: the later one's value.</summary>
internal sealed class KeyRewriter(TemplateEnvironment environment)
{
    private const int LongestKey = 4096;

    /// <summary>The receiver owns the result; <paramref name="values"/> stays the caller's.</summary>
    /// <exception cref="SecretsException">ValueInvalid, TemplateFailed.</exception>
    public SecretSet Rewrite(IReadOnlyList<KeyRewrite> rewrites, SecretSet values, string subject, CancellationToken cancellationToken)
    {
        SecretSet current = values.Share();
        foreach (KeyRewrite rewrite in rewrites)
        {
            using SecretSet before = current;
            string at = $"{subject}: {rewrite.Path}";
            current = rewrite switch
            {
                KeyRewrite.Regexp regexp => Rename(before, name => Replace(regexp, name, at, cancellationToken)),
                KeyRewrite.Transform transform => Rename(before, name => Transform(transform.Template, name, at, cancellationToken)),
                KeyRewrite.Merge merge => ValueMerger.Merge(merge, before, at),
                _ => before.Share(),
            };
        }

        return current;
    }

    private static SecretSet Rename(SecretSet values, Func<string, string> rename)
    {
        var renamed = new SecretSet();
        try
        {
            foreach ((string name, SecretBytes value) in values.Items)
            {
                renamed.Put(rename(name), value.Share());
            }

            return renamed;
        }
        catch
        {
            renamed.Dispose();
            throw;
        }
    }

    private static string Replace(KeyRewrite.Regexp regexp, string name, string at, CancellationToken cancellationToken)
    {
        try
        {
            return Encoding.UTF8.GetString(
                regexp.Source.ReplaceAll(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(regexp.Target), LongestKey, cancellationToken));
        }
        catch (GoRegexpException e)
        {
            throw new SecretsException(FailureReason.ValueInvalid, at, e.Message, "make the target shorter");
        }
    }

    private string Transform(Template template, string name, string at, CancellationToken cancellationToken)
    {
        try
        {
            TemplateData data = TemplateData.OfSecrets([new("value", Encoding.UTF8.GetBytes(name))]);
            return Encoding.UTF8.GetString(template.Render(data, environment, cancellationToken));
        }
        catch (TemplateException e)
        {
            throw new SecretsException(
                FailureReason.TemplateFailed, at, $"transform of key {FieldProblems.Show(name)}: {e.SafeMessage}", "correct the template");
        }
    }
}
