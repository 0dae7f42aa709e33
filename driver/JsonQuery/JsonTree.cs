namespace CsiSecrets.JsonQuery;

/// <summary>
/// One immutable JSON value with all below it. Numbers keep their source text, objects keep their members' order. Made to live as long as
/// one query over a secret: nothing of it may be kept, and <see cref="ToString"/> names the kind only.
/// </summary>
internal sealed class JsonTree
{
    // Before the three constants, whose constructor reads it.
    private static readonly OrderedDictionary<string, JsonTree> NoMembers = new(StringComparer.Ordinal);

    public static readonly JsonTree Null = new(JsonKind.Null, string.Empty);
    public static readonly JsonTree True = new(JsonKind.Boolean, "true");
    public static readonly JsonTree False = new(JsonKind.Boolean, "false");

    private readonly OrderedDictionary<string, JsonTree> members = NoMembers;

    private JsonTree(JsonKind kind, string text)
    {
        Kind = kind;
        Text = text;
    }

    private JsonTree(IReadOnlyList<JsonTree> items)
        : this(JsonKind.Array, string.Empty) => Items = items;

    private JsonTree(OrderedDictionary<string, JsonTree> members)
        : this(JsonKind.Object, string.Empty) => this.members = members;

    public JsonKind Kind { get; }

    /// <summary>The characters of a string, the source text of a number, <c>true</c> or <c>false</c>; empty for all else.</summary>
    public string Text { get; }

    /// <summary>The elements of an array; empty for all else.</summary>
    public IReadOnlyList<JsonTree> Items { get; } = [];

    /// <summary>The members of an object in their order; empty for all else.</summary>
    public IEnumerable<KeyValuePair<string, JsonTree>> Members => members;

    /// <summary>The number of elements or members.</summary>
    public int Count => Kind == JsonKind.Object ? members.Count : Items.Count;

    public bool IsNull => Kind == JsonKind.Null;

    public static JsonTree Of(bool value) => value ? True : False;

    public static JsonTree Of(string text) => new(JsonKind.String, text);

    /// <param name="source">A JSON number.</param>
    public static JsonTree OfNumber(string source) => new(JsonKind.Number, source);

    public static JsonTree OfArray(IReadOnlyList<JsonTree> items) => new(items);

    /// <summary>Of two members of one name the last one counts, in the place of the first.</summary>
    public static JsonTree OfObject(IEnumerable<KeyValuePair<string, JsonTree>> members)
    {
        OrderedDictionary<string, JsonTree> copy = new(StringComparer.Ordinal);
        foreach ((string name, JsonTree value) in members)
        {
            copy[name] = value;
        }

        return new JsonTree(copy);
    }

    /// <summary>Reads exactly one JSON value. Throws <see cref="JsonTreeException"/>.</summary>
    public static JsonTree Parse(ReadOnlySpan<byte> utf8) => JsonTreeReader.Read(utf8, JsonTreeLimits.Default);

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte})"/>
    public static JsonTree Parse(ReadOnlySpan<byte> utf8, JsonTreeLimits limits) => JsonTreeReader.Read(utf8, limits);

    /// <summary>The member of that name, or null when there is none or this is no object.</summary>
    public JsonTree? Member(string name) => members.TryGetValue(name, out JsonTree? found) ? found : null;

    public override string ToString() => $"({Kind})";
}
