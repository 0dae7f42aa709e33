using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Aws.Wire;

/// <summary>Paging with an opaque token.</summary>
internal static class Page
{
    /// <returns>The items of the page; NextToken is set in the answer if more follow.</returns>
    public static IReadOnlyList<T> Take<T>(IReadOnlyList<T> all, Call call, int size, JsonObject answer, string invalidCode = "InvalidNextTokenException")
    {
        var start = 0;
        if (call.Text("NextToken") is { Length: > 0 } token)
        {
            start = Read(token, call.Operation) ?? throw new AwsException(invalidCode, "The next token provided is invalid.");
        }

        var next = start + size;
        if (next < all.Count)
        {
            answer["NextToken"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{call.Operation}:{next}"));
        }

        return [.. all.Skip(start).Take(size)];
    }

    private static int? Read(string token, string operation)
    {
        var bytes = new byte[token.Length];
        if (!Convert.TryFromBase64String(token, bytes, out var length))
        {
            return null;
        }

        var parts = Encoding.UTF8.GetString(bytes, 0, length).Split(':');
        return parts.Length == 2 && parts[0] == operation && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var start) ? start : null;
    }
}
