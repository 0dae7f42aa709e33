namespace CsiSecrets.Templates.Execution;

/// <summary>A bound of <see cref="TemplateLimits"/> was reached. The message never shows data.</summary>
internal sealed class LimitException(string message) : Exception(message);
