using CsiSecrets.JsonQuery;
using CsiSecrets.Model;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>A rendered document of the scope KeysAndValues: a YAML map whose scalars are texts.</summary>
internal static class KeysDocument
{
    /// <summary>Keys and texts in the document's order. Messages give the place, never a piece of the document.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Read(SecretBytes document, string subject)
    {
        JsonTree root = Parse(document, subject);
        if (root.Kind != JsonKind.Object)
        {
            throw Failure(subject, "the rendered text is no YAML map", "write lines like key: value");
        }

        int number = 0;
        var pairs = new List<KeyValuePair<string, string>>(root.Count);
        foreach ((string key, JsonTree value) in root.Members)
        {
            number++;
            if (value.Kind is JsonKind.Array or JsonKind.Object)
            {
                throw Failure(subject, $"entry {number} of the rendered map is no text", "quote it, or write it as a block (|)");
            }

            pairs.Add(new(key, value.Text));
        }

        return pairs;
    }

    public static JsonTree Parse(SecretBytes document, string subject)
    {
        try
        {
            IReadOnlyList<YamlDocument> documents = YamlText.Read(document.Span);
            return documents.Count == 0 ? JsonTree.OfObject([]) : documents[0].Root;
        }
        catch (YamlTextException e)
        {
            throw Failure(subject, $"the rendered text: {e.Message}", "correct the template; quote values with toJson or indent them");
        }
    }

    private static SecretsException Failure(string subject, string cause, string remedy) =>
        new(FailureReason.TemplateFailed, subject, cause, remedy);
}
