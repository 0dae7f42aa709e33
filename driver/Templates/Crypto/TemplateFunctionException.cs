namespace CsiSecrets.Templates.Crypto;

/// <summary>A template function's failure, with the message that Go (or the peer) gives. The engine adds the place.</summary>
internal sealed class TemplateFunctionException : Exception
{
    public TemplateFunctionException(string goMessage) : base(goMessage)
    {
    }

    public TemplateFunctionException(string goMessage, Exception inner) : base(goMessage, inner)
    {
    }
}
