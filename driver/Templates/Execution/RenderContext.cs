using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Execution;

/// <summary>What a function may use of the render that calls it: its budget, clock and random source.</summary>
internal sealed class RenderContext(RenderBudget budget, TemplateEnvironment environment)
{
    private RegexBudget? expressions;

    public RenderBudget Budget { get; } = budget;

    public RegexBudget Expressions => expressions ??= new RegexBudget(Budget);

    public TemplateEnvironment Environment { get; } = environment;

    public ByteBuilder NewBuilder(int capacity = 64) => new(Budget, capacity);

    /// <summary>fmt.Sprint of one value: %v.</summary>
    public GoString Print(object? value)
    {
        if (value is GoString text)
        {
            return text;
        }

        ByteBuilder output = NewBuilder();
        new Formatter(output, Budget).Print(value);
        return output.ToGoString();
    }

    /// <summary>A slice of items, charged.</summary>
    public GoList NewList(GoType element, object?[] items)
    {
        Budget.Charge(32 + (8L * items.Length));
        Budget.Step(items.Length);
        return new GoList(element, items);
    }
}
