namespace CsiSecrets.Templates.Execution;

/// <summary>The variables of one template invocation, innermost last.</summary>
internal sealed class Scope
{
    private const int LooksPerStep = 16;

    private readonly List<KeyValuePair<string, Value>> variables = [];

    private readonly RenderBudget budget;

    public Scope(RenderBudget budget, Value dollar)
    {
        this.budget = budget;
        Push("$", dollar);
    }

    public int Mark => variables.Count;

    public void Push(string name, Value value) => variables.Add(new KeyValuePair<string, Value>(name, value));

    public void PopTo(int mark) => variables.RemoveRange(mark, variables.Count - mark);

    /// <summary>Sets the variable that is <paramref name="depth"/> from the top (1 is the last declared).</summary>
    public void SetTop(int depth, Value value) => variables[^depth] = new KeyValuePair<string, Value>(variables[^depth].Key, value);

    public bool TrySet(string name, Value value)
    {
        int at = Find(name);
        if (at < 0)
        {
            return false;
        }

        variables[at] = new KeyValuePair<string, Value>(name, value);
        return true;
    }

    public bool TryGet(string name, out Value value)
    {
        int at = Find(name);
        value = at < 0 ? default : variables[at].Value;
        return at >= 0;
    }

    private int Find(string name)
    {
        for (int i = variables.Count - 1; i >= 0; i--)
        {
            if (variables[i].Key == name)
            {
                budget.Step((variables.Count - i) / LooksPerStep);
                return i;
            }
        }

        return -1;
    }
}
