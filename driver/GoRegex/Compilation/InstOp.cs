namespace CsiSecrets.GoRegex.Compilation;

internal enum InstOp : byte
{
    /// <summary>Never matches.</summary>
    Fail,
    Match,
    Nop,

    /// <summary>Tries Out, then Arg.</summary>
    Alt,

    /// <summary>Notes the position in slot Arg.</summary>
    Capture,

    /// <summary>Goes on where the assertions of Arg hold.</summary>
    Assert,

    /// <summary>Consumes the code point Arg.</summary>
    Rune,

    /// <summary>Consumes a member of the program's set Arg.</summary>
    Set,
}
