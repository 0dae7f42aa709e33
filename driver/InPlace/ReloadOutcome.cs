namespace CsiSecrets.InPlace;

/// <summary>How one attempt to tell an application ended; the words of the metric's label are the names in lower case.</summary>
internal enum ReloadOutcome
{
    Done,

    /// <summary>It must not be done: the address is not the pod's own, or the process would not live through it.</summary>
    Refused,

    Unreachable,
    Timeout,

    /// <summary>The answer was no 2xx.</summary>
    Status,

    NoProcess,
    Failed,
}

/// <summary>An attempt's end, with cause and remedy for the pod's owner where it is no success.</summary>
internal sealed record ReloadResult(ReloadOutcome Outcome, string Message)
{
    public static readonly ReloadResult Done = new(ReloadOutcome.Done, "");

    public string Word => Outcome switch
    {
        ReloadOutcome.NoProcess => "no_process",
        _ => Outcome.ToString().ToLowerInvariant(),
    };
}
