using System.Runtime.CompilerServices;
using CsiSecrets.Templates.Formatting;
using CsiSecrets.Templates.Syntax;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Execution;

/// <summary>Walks the tree of one template invocation and writes its output.</summary>
internal sealed class Evaluator
{
    private readonly RenderState execution;
    private readonly Place place;
    private readonly Scope scope;
    private readonly Expressions expressions;
    private readonly int depth;

    public Evaluator(RenderState execution, Place place, Value dot, int depth)
    {
        this.execution = execution;
        this.place = place;
        this.depth = depth;
        scope = new Scope(execution.Budget, dot);
        expressions = new Expressions(execution, place, scope);
    }

    private enum Flow
    {
        Next,
        Break,
        Continue,
    }

    public void Run(Value dot, ListNode root) => WalkList(dot, root);

    private Flow WalkList(Value dot, ListNode list)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (Node node in list.Nodes)
        {
            Flow flow = Walk(dot, node);
            if (flow != Flow.Next)
            {
                return flow;
            }
        }

        return Flow.Next;
    }

    private Flow Walk(Value dot, Node node)
    {
        place.At(node);
        execution.Budget.Step();
        switch (node)
        {
            case TextNode text:
                execution.Output.Write(text.Text.Span);
                return Flow.Next;
            case ActionNode action:
                Value value = expressions.Pipeline(dot, action.Pipe);
                if (action.Pipe.Declarations.Length == 0)
                {
                    place.At(node);
                    Print(value);
                }

                return Flow.Next;
            case BranchNode { Kind: BranchKind.Range } range:
                return WalkRange(dot, range);
            case BranchNode branch:
                return WalkIfOrWith(dot, branch);
            case TemplateNode template:
                WalkTemplate(dot, template);
                return Flow.Next;
            case BreakNode:
                return Flow.Break;
            case ContinueNode:
                return Flow.Continue;
            default:
                throw place.Fail("unknown node");
        }
    }

    private void Print(Value value)
    {
        if (value.Held is GoString text)
        {
            execution.Output.Write(text.Span);
            return;
        }

        if (!value.IsValid)
        {
            execution.Output.Write("<no value>"u8);
            return;
        }

        ByteBuilder printed = execution.Context.NewBuilder(32);
        new Formatter(printed, execution.Budget).Print(value.Held);
        execution.Output.Write(printed.Written);
        printed.Written.Clear();
    }

    private Flow WalkIfOrWith(Value dot, BranchNode branch)
    {
        int mark = scope.Mark;
        Value value = expressions.Pipeline(dot, branch.Pipe);
        Flow flow = Flow.Next;
        if (Truth.Of(value.Held))
        {
            flow = WalkList(branch.Kind == BranchKind.With ? value : dot, branch.List);
        }
        else if (branch.ElseList is not null)
        {
            flow = WalkList(dot, branch.ElseList);
        }

        scope.PopTo(mark);
        return flow;
    }

    private Flow WalkRange(Value dot, BranchNode range)
    {
        int outer = scope.Mark;
        Value value = expressions.Pipeline(dot, range.Pipe);
        bool ran = value.Held switch
        {
            null => false,
            GoList list => RangeList(range, list),
            GoMap map => RangeMap(range, map),
            object held => RangeInteger(range, held),
        };
        Flow flow = !ran && range.ElseList is not null ? WalkList(dot, range.ElseList) : Flow.Next;
        scope.PopTo(outer);

        // As in Go: a break in the else part ends this range, a continue goes to the range around it.
        return flow == Flow.Break ? Flow.Next : flow;
    }

    private bool RangeList(BranchNode range, GoList list)
    {
        for (int i = 0; i < list.Count; i++)
        {
            Value index = range.Pipe.Declarations.Length > 1 ? Value.Of(Boxed.Int(i)) : default;
            if (!Iterate(range, index, Value.ElementOf(list.Element, list.Items[i])))
            {
                break;
            }
        }

        return list.Count > 0;
    }

    private bool RangeMap(BranchNode range, GoMap map)
    {
        execution.Budget.Charge(16L * map.Count);
        foreach (KeyValuePair<GoString, object?> entry in map.Sorted())
        {
            if (!Iterate(range, Value.Of(entry.Key), Value.ElementOf(map.Element, entry.Value)))
            {
                break;
            }
        }

        return map.Count > 0;
    }

    private bool RangeInteger(BranchNode range, object held)
    {
        if (!Integers.TryWiden(held, out Int128 count))
        {
            string printed = execution.Context.Print(held).ToString();
            throw place.Fail("range can't iterate over " + printed, "range can't iterate over a value of type " + GoType.Of(held));
        }

        if (range.Pipe.Declarations.Length > 1)
        {
            throw place.Fail($"can't use {count} to iterate over more than one variable", "can't use an integer to iterate over more than one variable");
        }

        for (Int128 i = 0; i < count; i++)
        {
            if (!Iterate(range, default, Value.Of(Integers.Like(held, i))))
            {
                break;
            }
        }

        return count > 0;
    }

    /// <summary>One turn of a range; false after a break.</summary>
    private bool Iterate(BranchNode range, Value index, Value element)
    {
        int mark = scope.Mark;
        VariableNode[] declared = range.Pipe.Declarations;
        if (declared.Length > 0)
        {
            if (!range.Pipe.IsAssign)
            {
                scope.SetTop(1, element);
            }
            else
            {
                expressions.Assign(declared[0].Name, declared.Length > 1 ? index : element);
            }
        }

        if (declared.Length > 1)
        {
            if (!range.Pipe.IsAssign)
            {
                scope.SetTop(2, index);
            }
            else
            {
                expressions.Assign(declared[1].Name, element);
            }
        }

        Flow flow = WalkList(element, range.List);
        scope.PopTo(mark);
        execution.Budget.Step();
        return flow != Flow.Break;
    }

    private void WalkTemplate(Value dot, TemplateNode node)
    {
        if (execution.Trees.TryGetValue(node.Name, out ListNode? tree))
        {
            int limit = execution.Budget.Limits.Depth;
            if (depth == limit)
            {
                throw place.Fail($"exceeded maximum template depth ({limit})");
            }

            Value argument = node.Pipe is null ? default : expressions.Pipeline(dot, node.Pipe);
            new Evaluator(execution, place.Within(node.Name), argument, depth + 1).Run(argument, tree);
            return;
        }

        throw place.Fail($"template {GoQuote.Quote(node.Name)} not defined");
    }
}
