using System.Text;

namespace CsiSecrets.JsonQuery.JmesPath;

/// <summary>ends_with, join, starts_with, to_string.</summary>
internal static class TextFunctions
{
    private const int MaxText = 4 * 1024 * 1024;

    public static JsonTree StartsWith(Call call) => JsonTree.Of(call[0].Text.StartsWith(call[1].Text, StringComparison.Ordinal));

    public static JsonTree EndsWith(Call call) => JsonTree.Of(call[0].Text.EndsWith(call[1].Text, StringComparison.Ordinal));

    public static JsonTree Join(Call call)
    {
        foreach (JsonTree item in call[1].Items)
        {
            call.Budget.Charge(item.Text.Length + call[0].Text.Length);
        }

        return JsonTree.Of(string.Join(call[0].Text, call[1].Items.Select(item => item.Text)));
    }

    /// <summary>A string as it is, else its compact JSON.</summary>
    public static JsonTree ToText(Call call)
    {
        if (call[0].Kind == JsonKind.String)
        {
            return call[0];
        }

        try
        {
            byte[] json = JsonTreeWriter.ToJson(call[0], MaxText);
            call.Budget.Charge(json.Length);
            return JsonTree.Of(Encoding.UTF8.GetString(json));
        }
        catch (JsonTreeException)
        {
            throw call.Error(JmesPathErrorKind.LimitExceeded, "the text is too large");
        }
    }
}
