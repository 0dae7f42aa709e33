namespace CsiSecrets.Kube;

/// <summary>One call. <paramref name="Subject"/> names it in messages, e.g. <c>get Pod shop/web</c>.</summary>
/// <param name="Idempotent">True: may be sent again after an answer was lost.</param>
internal sealed record KubeRequest(HttpMethod Method, string PathAndQuery, string Subject, bool Idempotent)
{
    /// <summary>The answer is handed out while it is read: once reading began, the call is not sent again.</summary>
    public bool ReadOnce { get; init; }

    public ReadOnlyMemory<byte> Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The subject's first two words, for meters: <c>get</c> and <c>Pod</c>; a part of an object is called as a Role calls it,
    /// <c>ExternalSecret/status</c>.</summary>
    public (string Verb, string Kind) Words => Subject.Split(' ', 3) is [string verb, string kind, ..] ? (verb, kind) : (Subject, "");
}
