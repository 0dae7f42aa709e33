using System.Text;
using CsiSecrets.Templates.Functions;

namespace CsiSecrets.Templates;

/// <summary>How a text is parsed and what it may name.</summary>
internal sealed record TemplateOptions
{
    public static readonly TemplateOptions Default = new();

    /// <summary>For secrets: a missing key is an error.</summary>
    public static readonly TemplateOptions Secrets = new() { MissingKey = MissingKey.Error };

    public MissingKey MissingKey { get; init; }

    /// <summary>Start of an action; "{{" where empty.</summary>
    public string LeftDelimiter { get; init; } = "{{";

    /// <summary>End of an action; "}}" where empty.</summary>
    public string RightDelimiter { get; init; } = "}}";

    public FunctionTable Functions { get; init; } = TemplateFunctions.All;

    public TemplateLimits Limits { get; init; } = TemplateLimits.Default;

    internal byte[] LeftBytes => Encoding.UTF8.GetBytes(LeftDelimiter.Length == 0 ? "{{" : LeftDelimiter);

    internal byte[] RightBytes => Encoding.UTF8.GetBytes(RightDelimiter.Length == 0 ? "}}" : RightDelimiter);
}
