namespace CsiSecrets.Resolution.ClassTemplates;

/// <summary>One file that a SecretProviderClass makes of its objects' values.</summary>
/// <param name="Path">The file's path in the volume.</param>
/// <param name="Text">The template.</param>
/// <param name="Mode">Permission bits.</param>
internal sealed record ClassTemplate(string Path, string Text, int Mode);
