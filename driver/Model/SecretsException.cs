namespace CsiSecrets.Model;

/// <summary>
/// A failure with its reason and a message safe to show to anybody: <c>object: cause: remedy</c>. No part of it ever holds a value or a
/// token, and it is <see cref="OneLine">one line</see>. The inner exception, if any, must be as safe.
/// </summary>
internal sealed class SecretsException : Exception
{
    /// <param name="reason">What failed, in our own vocabulary.</param>
    /// <param name="subject">The thing and the place, e.g. <c>SecretProviderClass shop/db: parameters.objects[2].objectName</c>.</param>
    /// <param name="cause">Why, e.g. AWS's own reason.</param>
    /// <param name="remedy">What the reader can do about it; empty when there is nothing to say.</param>
    /// <param name="inner">Where it came from.</param>
    public SecretsException(FailureReason reason, string subject, string cause, string remedy, Exception? inner = null)
        : this(reason, "", subject, cause, remedy, inner)
    {
    }

    private SecretsException(FailureReason reason, string sentence, string subject, string cause, string remedy, Exception? inner)
        : base(OneLine.Of(sentence + Join(subject, cause, remedy)), inner)
    {
        Reason = reason;
        Subject = subject;
        Cause = cause;
        Remedy = remedy;
        Trace = (inner as SecretsException)?.Trace ?? "";
    }

    public FailureReason Reason { get; }

    public string Subject { get; }

    public string Cause { get; }

    public string Remedy { get; }

    /// <summary>What is another at each try, e.g. <c>request id 4711</c>, which the provider's support asks for; empty when there is nothing. It is for the
    /// log alone: a status or an event that tells a lasting failure stays the same text.</summary>
    public string Trace { get; init; }

    /// <summary>The message with the trace.</summary>
    public string Logged => Trace.Length == 0 ? Message : $"{Message} ({Trace})";

    /// <summary>The same failure with a message that begins with a peer's sentence, which its users grep for.</summary>
    public SecretsException After(string sentence) => new(Reason, sentence, Subject, Cause, Remedy, this);

    private static string Join(string subject, string cause, string remedy)
    {
        string text = subject.Length == 0 ? cause : $"{subject}: {cause}";
        return remedy.Length == 0 ? text : $"{text}: {remedy}";
    }
}
