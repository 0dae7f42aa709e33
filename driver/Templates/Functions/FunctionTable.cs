using System.Collections.Frozen;

namespace CsiSecrets.Templates.Functions;

/// <summary>The functions that a template may name, by name. Immutable and shared.</summary>
internal sealed class FunctionTable
{
    private readonly FrozenDictionary<string, TemplateFunction> functions;

    public FunctionTable(IEnumerable<TemplateFunction> functions) =>
        this.functions = functions.ToFrozenDictionary(static f => f.Name);

    public IEnumerable<string> Names => functions.Keys;

    public TemplateFunction? Find(string name) => functions.GetValueOrDefault(name);
}
