using CsiSecrets.Templates.Syntax;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Execution;

/// <summary>What all template invocations of one render share.</summary>
internal sealed class RenderState(
    IReadOnlyDictionary<GoString, ListNode> trees,
    RenderContext context,
    RenderOutput output,
    MissingKey missingKey)
{
    public IReadOnlyDictionary<GoString, ListNode> Trees { get; } = trees;

    public RenderContext Context { get; } = context;

    public RenderBudget Budget => Context.Budget;

    public RenderOutput Output { get; } = output;

    public MissingKey MissingKey { get; } = missingKey;
}
