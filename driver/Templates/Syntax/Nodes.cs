using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Syntax;

/// <summary>A node of the parsed tree: immutable once parsed. <see cref="Position"/> is a byte offset in the text.</summary>
internal abstract class Node(int position)
{
    public int Position { get; } = position;
}

internal sealed class ListNode(int position, IReadOnlyList<Node> nodes) : Node(position)
{
    public Node[] Nodes { get; } = [.. nodes];
}

internal sealed class TextNode(int position, GoString text) : Node(position)
{
    public GoString Text { get; } = text;
}

internal sealed class ActionNode(int position, PipeNode pipe) : Node(position)
{
    public PipeNode Pipe { get; } = pipe;
}

/// <summary>A pipeline: declarations, then commands, each taking the result of the one before as its last argument.</summary>
internal sealed class PipeNode(int position, bool isAssign, IReadOnlyList<VariableNode> declarations, IReadOnlyList<CommandNode> commands)
    : Node(position)
{
    public bool IsAssign { get; } = isAssign;

    public VariableNode[] Declarations { get; } = [.. declarations];

    public CommandNode[] Commands { get; } = [.. commands];
}

internal sealed class CommandNode(int position, IReadOnlyList<Node> arguments) : Node(position)
{
    public Node[] Arguments { get; } = [.. arguments];
}

internal sealed class IdentifierNode(int position, string name, Functions.TemplateFunction function) : Node(position)
{
    public string Name { get; } = name;

    public Functions.TemplateFunction Function { get; } = function;
}

/// <summary>$x or $x.a.b: the variable's name and its fields.</summary>
internal sealed class VariableNode(int position, string name, IReadOnlyList<GoString> fields) : Node(position)
{
    public string Name { get; } = name;

    public GoString[] Fields { get; } = [.. fields];
}

internal sealed class DotNode(int position) : Node(position);

internal sealed class NilNode(int position) : Node(position);

/// <summary>.a.b of dot.</summary>
internal sealed class FieldNode(int position, IReadOnlyList<GoString> fields) : Node(position)
{
    public GoString[] Fields { get; } = [.. fields];
}

/// <summary>(pipeline).a.b or function.a.b.</summary>
internal sealed class ChainNode(int position, Node node, IReadOnlyList<GoString> fields) : Node(position)
{
    public Node Node { get; } = node;

    public GoString[] Fields { get; } = [.. fields];
}

internal sealed class BoolNode(int position, bool value) : Node(position)
{
    public bool Value { get; } = value;
}

internal sealed class NumberNode(int position, NumberLiteral literal) : Node(position)
{
    public NumberLiteral Literal { get; } = literal;
}

internal sealed class StringNode(int position, GoString quoted, GoString text) : Node(position)
{
    public GoString Quoted { get; } = quoted;

    public GoString Text { get; } = text;
}

internal enum BranchKind
{
    If,
    With,
    Range,
}

internal sealed class BranchNode(int position, BranchKind kind, PipeNode pipe, ListNode list, ListNode? elseList) : Node(position)
{
    public BranchKind Kind { get; } = kind;

    public PipeNode Pipe { get; } = pipe;

    public ListNode List { get; } = list;

    public ListNode? ElseList { get; } = elseList;
}

internal sealed class TemplateNode(int position, GoString name, PipeNode? pipe) : Node(position)
{
    public GoString Name { get; } = name;

    public PipeNode? Pipe { get; } = pipe;
}

internal sealed class BreakNode(int position) : Node(position);

internal sealed class ContinueNode(int position) : Node(position);

/// <summary>{{end}}: only while parsing.</summary>
internal sealed class EndNode(int position) : Node(position);

/// <summary>{{else}}: only while parsing.</summary>
internal sealed class ElseNode(int position) : Node(position);
