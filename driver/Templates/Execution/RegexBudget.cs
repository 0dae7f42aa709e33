using CsiSecrets.GoRegex;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Execution;

/// <summary>The regular expressions of one render: compiled once each, their work charged to its budget. None outlives it: a pattern may hold data.</summary>
internal sealed class RegexBudget(RenderBudget budget)
{
    private const int Kept = 16;
    private const int BytesPerInstruction = 64;

    /// <summary>Steps of a search are far cheaper than the evaluator's.</summary>
    private const int SearchStepsPerStep = 16;

    private readonly Dictionary<GoString, GoRegexp> compiled = [];

    public SearchWork Work { get; } = new(
        budget.Cancellation, steps => budget.StepAndLook(steps / SearchStepsPerStep), bytes => budget.Charge(bytes));

    /// <inheritdoc cref="GoRegexp.Parse(ReadOnlySpan{byte})"/>
    public GoRegexp Get(GoString pattern)
    {
        if (compiled.TryGetValue(pattern, out GoRegexp? known))
        {
            return known;
        }

        budget.Charge(16L * pattern.Length);
        budget.StepAndLook(64 + pattern.Length);
        GoRegexp regexp = GoRegexp.Parse(pattern.Span);
        budget.Charge((long)BytesPerInstruction * regexp.InstructionCount);
        budget.StepAndLook(regexp.InstructionCount);
        if (compiled.Count == Kept)
        {
            compiled.Clear();
        }

        compiled.Add(pattern, regexp);
        return regexp;
    }
}
