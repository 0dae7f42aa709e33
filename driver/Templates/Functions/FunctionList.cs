using System.Collections;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>Collects functions with their parameter types; what each group of functions fills.</summary>
internal sealed class FunctionList : IEnumerable<TemplateFunction>
{
    private readonly List<TemplateFunction> functions = [];

    /// <summary>A function of exactly these parameters.</summary>
    public void Add(string names, GoType[] parameters, FunctionBody body) => AddAll(names, parameters, false, body, false);

    /// <summary>A function whose last parameter repeats.</summary>
    public void AddVariadic(string names, GoType[] parameters, FunctionBody body) => AddAll(names, parameters, true, body, false);

    /// <summary>A function that is counted and runs one at a time.</summary>
    public void AddExpensive(string names, GoType[] parameters, FunctionBody body) => AddAll(names, parameters, false, body, true);

    public void Add(TemplateFunction function) => functions.Add(function);

    public IEnumerator<TemplateFunction> GetEnumerator() => functions.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void AddAll(string names, GoType[] parameters, bool variadic, FunctionBody body, bool expensive)
    {
        foreach (string name in names.Split(' '))
        {
            functions.Add(new TemplateFunction(name, parameters, variadic, body) { Expensive = expensive });
        }
    }
}
