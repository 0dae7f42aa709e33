namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>How a value's text becomes bytes.</summary>
internal enum ValueDecoding
{
    None,

    /// <summary>Base64 where it is, else base64url where it is, else as it is.</summary>
    Auto,
    Base64,
    Base64Url,
}

/// <summary>What a NUL byte in a value means.</summary>
internal enum NullBytes
{
    Ignore,
    Fail,
}

/// <summary>What stands for a rune that a key cannot hold.</summary>
internal enum KeyConversion
{
    /// <summary>An underscore.</summary>
    Default,

    /// <summary><c>_Uxxxx_</c>, the rune's number in hexadecimal.</summary>
    Unicode,
}
