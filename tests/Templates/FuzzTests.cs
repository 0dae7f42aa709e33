using System.Globalization;
using System.Text;
using CsCheck;
using CsiSecrets.Templates;
using CsiSecrets.Templates.Functions;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Templates;

/// <summary>
/// No template makes the engine throw anything but its own error, hang or grow. The clock stands still, so that only counted bounds end a
/// render. <c>FUZZ_SECONDS</c> makes the run as long as it says; see <c>docs/templates.md</c>.
/// </summary>
public sealed class FuzzTests
{
    private const int UsualRuns = 6000;
    private const long MostAllocated = 64 << 20;

    private static readonly TemplateLimits Limits = new() { Steps = 100_000, AllocatedBytes = 4 << 20, OutputBytes = 1 << 20, Depth = 50 };

    private static readonly string[] Names = [.. TemplateFunctions.All.Names.Order(StringComparer.Ordinal)];

    private static readonly Gen<string> Literal = Pick(
        "1", "0", "-1", "3", "1e3", "2.5", "'a'", "1i", "0x1f", "9223372036854775807", "-9223372036854775808", "1000000000", "\"\"", "\"a\"", "\"日本\"", "\"\\xff\"",
        "`{\"a\":[1,{}]}`", "`a: &x [1]\nb: *x`", "\"(a|b)*c\"", "\"%[1]*.[2]*d\"", "\"%v %#v %q\"", "\"2006-01-02\"", "\"1h\"", "\"1.2.3\"", "\">=1\"", "nil", "true",
        "\"https://u@h:1/p?q\"", "\"-----BEGIN A-----\\nAA==\\n-----END A-----\"", "\"ed25519\"", "\"UTC\"", "\"a,b,c\"", "\",\"");

    private static readonly Gen<string> Operand = Gen.OneOf(
        Literal, Literal, Pick(".", ".a", ".l", ".m", ".s", ".n", "$", "$x", ".missing", ".m.b", "(dict \"a\" 1)", "(list 1 \"a\" nil)", "(until 5)", "now", "(set .m \"self\" .m)"));

    private static readonly Gen<string> Call = Gen.Select(Pick(Names), Operand.Array[0, 5], (name, operands) => $"{name} {string.Join(' ', operands)}");

    private static readonly Gen<string> Pipe = Gen.OneOf(
        Call, Call, Operand,
        Gen.Select(Call, Pick(Names), Operand.Array[0, 3], (call, name, operands) => $"{call} | {name} {string.Join(' ', operands)}"),
        Gen.Select(Pick(Names), Call, Operand, (name, call, operand) => $"{name} ({call}) {operand}"));

    private static readonly Gen<string> Text = Pick("", " ", "x", "\n", "{{", "}}", "{{- ", " -}}", "{{/* c */}}", "\u00e9", "-");

    private static readonly Gen<string> Node = Gen.OneOf(
        Pipe.Select(p => $"{{{{ {p} }}}}"),
        Pipe.Select(p => $"{{{{ $x := {p} }}}}"),
        Text,
        Gen.Select(Pick("if", "with", "range", "range $k, $v :=", "range $x ="), Pipe, Pipe, (word, p, q) => $"{{{{ {word} {p} }}}}{{{{ {q} }}}}{{{{ else }}}}y{{{{ end }}}}"),
        Gen.Select(Pick("if", "with", "range"), Pipe, (word, p) => $"{{{{ {word} {p} }}}}"),
        Pick("{{ end }}", "{{ else }}", "{{ break }}", "{{ define \"t\" }}", "{{ template \"t\" . }}", "{{ block \"b\" . }}", "{{ else if .a }}"));

    private static readonly Gen<string> Templates = Node.Array[1, 8].Select(string.Concat);

    private static readonly Gen<string> Noise = Gen.OneOf(
        Gen.Select(Templates, Gen.Int[0, 200], Gen.Char, (text, at, c) => text.Insert(at % (text.Length + 1), c.ToString())),
        Gen.Select(Templates, Gen.Int[0, 200], (text, at) => text[..(at % (text.Length + 1))]));

    [Fact]
    public void Render_AnyTemplate_ThrowsNothingButItsOwn() =>
        Run(Gen.OneOf(Templates, Templates, Noise).Select(Encoding.UTF8.GetBytes));

    [Fact]
    public void Render_AnyBytes_ThrowNothingButItsOwn() =>
        Run(Gen.OneOf(Pick("{{", "}}", "-", " ", ".", "$x", ":=", "|", "(", ")", "\"", "`", "'", "1", "e", "range", "if", "end", "/*", "*/", "\\", "\n").Select(Encoding.UTF8.GetBytes), Gen.Byte.Array[0, 3])
            .Array[0, 20].Select(parts => parts.SelectMany(p => p).ToArray()));

    private static void Run(Gen<byte[]> templates)
    {
        string seconds = Environment.GetEnvironmentVariable("FUZZ_SECONDS") ?? "";
        if (seconds.Length > 0)
        {
            templates.Sample(Check, time: int.Parse(seconds, CultureInfo.InvariantCulture), threads: 1);
            return;
        }

        templates.Sample(Check, iter: UsualRuns, threads: 1);
    }

    private static void Check(byte[] text)
    {
        TemplateData data = TemplateData.OfJson("""{"a":"x","s":"long text of words","l":[1,"a",null,[2]],"m":{"a":1,"b":{"c":[]}},"n":null}"""u8);
        TemplateEnvironment environment = new() { Clock = new FakeTimeProvider() };
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            Template.Parse("t", text, TemplateOptions.Default with { Limits = Limits }).Render(data, environment, CancellationToken.None);
        }
        catch (TemplateException)
        {
            // The only failure allowed.
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
    }

    private static Gen<string> Pick(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
