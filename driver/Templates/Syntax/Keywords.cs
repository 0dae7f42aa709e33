using System.Collections.Frozen;

namespace CsiSecrets.Templates.Syntax;

/// <summary>The words that name no function.</summary>
internal static class Keywords
{
    private static readonly FrozenDictionary<string, TokenKind> Kinds = new Dictionary<string, TokenKind>
    {
        ["block"] = TokenKind.Block,
        ["break"] = TokenKind.Break,
        ["continue"] = TokenKind.Continue,
        ["define"] = TokenKind.Define,
        ["else"] = TokenKind.Else,
        ["end"] = TokenKind.End,
        ["if"] = TokenKind.If,
        ["range"] = TokenKind.Range,
        ["nil"] = TokenKind.Nil,
        ["template"] = TokenKind.Template,
        ["with"] = TokenKind.With,
    }.ToFrozenDictionary();

    /// <summary>What a word inside an action is.</summary>
    public static TokenKind KindOf(string word) =>
        Kinds.TryGetValue(word, out TokenKind keyword) ? keyword : word is "true" or "false" ? TokenKind.Bool : TokenKind.Identifier;
}
