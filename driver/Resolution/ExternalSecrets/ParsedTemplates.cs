using System.Runtime.CompilerServices;
using CsiSecrets.Templates;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>
/// The trees of manifests' own templates, kept from render to render. Known by the manifest's string itself, never by its content: what came from
/// a Secret is no key. Few places, each overwritten by the next that falls on it, because parsing again costs microseconds and a tree kilobytes.
/// </summary>
internal sealed class ParsedTemplates(TemplateOptions options)
{
    private const int Places = 128;

    private readonly Parsed?[] places = new Parsed?[Places];

    /// <summary>Throws <see cref="TemplateException"/> of class Parse.</summary>
    public Template Get(string name, string text)
    {
        ref Parsed? place = ref places[(uint)RuntimeHelpers.GetHashCode(text) % Places];
        Parsed? there = Volatile.Read(ref place);
        if (there is null || !ReferenceEquals(there.Text, text) || there.Template.Name != name)
        {
            there = new Parsed(text, Template.Parse(name, text, options));
            Volatile.Write(ref place, there);
        }

        return there.Template;
    }

    /// <summary>A text from elsewhere, parsed for this once.</summary>
    public Template Parse(string name, ReadOnlySpan<byte> text) => Template.Parse(name, text, options);

    private sealed record Parsed(string Text, Template Template);
}
