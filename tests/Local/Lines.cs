using System.Text;
using CsiSecrets.Tests.Harness;

namespace CsiSecrets.Tests.Local;

/// <summary>What a console said, line by line, for tests that wait for a line.</summary>
internal sealed class Lines : StringWriter
{
    private readonly Lock gate = new();
    private readonly List<string> lines = [];

    public IReadOnlyList<string> All
    {
        get
        {
            lock (gate)
            {
                return [.. lines];
            }
        }
    }

    public override Encoding Encoding => Encoding.UTF8;

    public override void WriteLine(string? value)
    {
        lock (gate)
        {
            lines.Add(value ?? "");
        }
    }

    /// <summary>The first line that matches, once there is one at or after <paramref name="from"/>.</summary>
    public async Task<string> WaitAsync(Predicate<string> match, string what, int from = 0)
    {
        string? found = null;
        await Wait.UntilAsync(() => (found = All.Skip(from).FirstOrDefault(l => match(l))) is not null, () => $"{what}; said until then:\n{string.Join('\n', All)}");
        return found!;
    }
}
