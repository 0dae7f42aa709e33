using System.IO.Compression;
using System.Text;
using System.Text.Json;
using CsiSecrets.GoRegex;

namespace CsiSecrets.Tests.GoRegex;

/// <summary>Holds the engine against thousands of answers of Go itself: matches, groups, replacements, pieces, refusals.</summary>
public sealed class GoVectorTests
{
    private static readonly JsonSerializerOptions Lower = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public void EveryVector_Run_AnswersAsGo()
    {
        var failures = new List<string>();
        int count = 0;
        foreach (var (index, vector) in Read())
        {
            count++;
            failures.AddRange(Differences(index, vector, Encoding.UTF8.GetString(Convert.FromBase64String(vector.P))));
        }

        Assert.True(count > 1000, $"only {count} vectors");
        Assert.True(failures.Count == 0, $"{failures.Count} of {count}\n" + string.Join('\n', failures.Take(40)));
    }

    [Fact]
    public void EveryVector_TextTooLongForTheBacktracker_AnswersAsGo()
    {
        // A long tail after a newline keeps the text from the backtracker; only patterns that see no further than the text are comparable.
        var failures = new List<string>();
        byte[] tail = Encoding.UTF8.GetBytes(new string('~', 70_000));
        int compared = 0;
        foreach (var (index, vector) in Read().Where(v => v.Vector.E is null && v.Index % 4 == 0))
        {
            var regexp = GoRegexp.Parse(Convert.FromBase64String(vector.P));
            byte[] text = [.. Convert.FromBase64String(vector.T![0]), .. tail];
            int[] slots = new int[regexp.SlotCount];
            bool found = regexp.TryFindAt(text, 0, slots, None);
            var pike = new PikeOnly(Convert.FromBase64String(vector.P));
            int[] expected = new int[regexp.SlotCount];
            compared++;
            if (found != pike.Find(text, expected) || (found && !slots.SequenceEqual(expected)))
            {
                failures.Add($"{index}: {Encoding.UTF8.GetString(Convert.FromBase64String(vector.P))}: {string.Join(' ', slots)} not {string.Join(' ', expected)}");
            }

            if (regexp.IsMatch(text, None) != found)
            {
                failures.Add($"{index}: IsMatch differs");
            }
        }

        Assert.True(compared > 200);
        Assert.True(failures.Count == 0, $"{failures.Count}\n" + string.Join('\n', failures.Take(40)));
    }

    private static IEnumerable<(int Index, GoVector Vector)> Read()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Cases", "GoRegex", "go119.jsonl.gz"));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            yield return (int.Parse(line.AsSpan(0, space), provider: null), JsonSerializer.Deserialize<GoVector>(line.AsSpan(space + 1), Lower)!);
        }
    }

    private static IEnumerable<string> Differences(int index, GoVector vector, string name)
    {
        GoRegexp? regexp = null;
        string? refusal = null;
        try
        {
            regexp = GoRegexp.Parse(Convert.FromBase64String(vector.P));
        }
        catch (GoRegexpException e)
        {
            refusal = e.Message;
        }

        string? expected = vector.E is null ? null : Encoding.UTF8.GetString(Convert.FromBase64String(vector.E));
        if (refusal != expected)
        {
            yield return $"{index}: {name}: {refusal ?? "accepted"} instead of {expected ?? "accepted"}";
        }

        for (int i = 0; regexp is not null && i < (vector.T?.Length ?? 0); i++)
        {
            byte[] text = Convert.FromBase64String(vector.T![i]);
            string got = Show(regexp.FindAllSubmatchIndex(text, -1, None));
            string want = Show(vector.R![i] ?? []);
            if (got != want)
            {
                yield return $"{index}: {name} on {Encoding.UTF8.GetString(text)}: {got} instead of {want}";
            }

            string replaced = Convert.ToBase64String(regexp.ReplaceAll(text, "<$0-${1}$n1>"u8, 1 << 20, None));
            if (replaced != vector.X![i])
            {
                yield return $"{index}: {name} on {Encoding.UTF8.GetString(text)}: replacement differs";
            }

            string pieces = string.Join(
                ',', regexp.Split(text, GoVector.SplitLimit(index, i), None).Select(p => Convert.ToBase64String(p.Of(text))));
            if (pieces != vector.S![i])
            {
                yield return $"{index}: {name} on {Encoding.UTF8.GetString(text)}: pieces differ";
            }
        }
    }

    private static string Show(IEnumerable<int[]> matches) => string.Join(' ', matches.Select(m => $"[{string.Join(' ', m)}]"));
}
