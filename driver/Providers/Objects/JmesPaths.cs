using System.Security.Cryptography;
using CsiSecrets.JsonQuery;
using CsiSecrets.JsonQuery.JmesPath;
using CsiSecrets.Model;

namespace CsiSecrets.Providers.Objects;

/// <summary>JMESPath over secret values.</summary>
internal static class JmesPaths
{
    private const int MaxResult = 16 << 20;

    /// <summary>What is wrong with an expression; null when it parses.</summary>
    public static string? Problem(string expression)
    {
        try
        {
            JmesPathExpression.Parse(expression);
            return null;
        }
        catch (JmesPathException e)
        {
            return e.Message;
        }
    }

    /// <summary>The result as a file holds it: a string's own text, any other type as compact JSON; null when the result is null. Throws
    /// <see cref="JsonTreeException"/> (the value is not JSON) or <see cref="JmesPathException"/>; neither message holds a value.</summary>
    public static SecretBytes? Search(SecretBytes value, string expression)
    {
        JsonTree found = JmesPathExpression.Parse(expression).Search(JsonTree.Parse(value.Span), CancellationToken.None);
        if (found.Kind == JsonKind.Null)
        {
            return null;
        }

        byte[] text = JsonTreeWriter.ToFile(found, MaxResult);
        try
        {
            return SecretBytes.Copy(text);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }
}
