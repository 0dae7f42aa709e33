using System.Text.Json.Nodes;

namespace CsiSecrets.Bench;

/// <summary>The figures as one flat object: a key for each, and <c>.floor</c> after it for what it is held against.</summary>
internal static class FigureJson
{
    public static string Of(IEnumerable<Figure> figures)
    {
        var flat = new JsonObject { ["machine.cores"] = Environment.ProcessorCount };
        foreach (Figure figure in figures)
        {
            flat.Add(figure.Key, Math.Round(figure.Value, 4));
            if (figure.Floor is { } floor)
            {
                flat.Add(figure.Key + ".floor", Math.Round(floor.Value, 4));
            }
        }

        return flat.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }) + "\n";
    }
}
