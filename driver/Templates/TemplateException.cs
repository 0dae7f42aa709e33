namespace CsiSecrets.Templates;

/// <summary>Whether a template failed to compile or to run.</summary>
internal enum TemplateFailure
{
    Parse,
    Exec,
}

/// <summary>
/// A template's error. <see cref="Exception.Message"/> is Go's own text and may show data (a value that cannot be iterated, what a
/// function complains of); whoever logs or writes a status takes <see cref="SafeMessage"/>.
/// </summary>
internal sealed class TemplateException : Exception
{
    public TemplateException(TemplateFailure failure, string message, string safeMessage)
        : base(message)
    {
        Failure = failure;
        SafeMessage = safeMessage;
    }

    public TemplateFailure Failure { get; }

    /// <summary>The message without any data; the template's own text may stand in it.</summary>
    public string SafeMessage { get; }

    /// <summary>The name given to the text.</summary>
    public string TemplateName { get; init; } = "";

    /// <summary>Line from 1; 0 where unknown.</summary>
    public int Line { get; init; }

    /// <summary>Byte offset in the line, from 0; -1 for parse errors, of which Go tells only the line.</summary>
    public int Column { get; init; } = -1;

    /// <summary>The key that was missing, where that is the failure.</summary>
    public string? MissingKey { get; init; }
}
