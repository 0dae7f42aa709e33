using System.Text;
using CsiSecrets.Templates;
using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Values;
using Microsoft.Extensions.Time.Testing;

namespace CsiSecrets.Tests.Templates;

/// <summary>
/// Hostile templates end in the engine's own error, by counted steps and bytes alone: the clock stands still here, so the bound on time
/// helps nobody.
/// </summary>
public sealed class LimitTests
{
    private const int MiB = 1 << 20;

    /// <summary>All garbage of one render, in every generation. What lives at one time is far less.</summary>
    private const long MostAllocated = 160 * MiB;

    private static readonly string Megabyte = new('a', MiB);

    public static TheoryData<string> Endless =>
    [
        "{{ range until 1000000000 }}x{{ end }}",
        "{{ range 1000000000 }}{{ end }}",
        "{{ range until 1000 }}{{ range until 1000 }}{{ range until 1000 }}{{ end }}{{ end }}{{ end }}",
        "{{ repeat 9000000000000000000 \"abc\" }}",
        "{{ randAlphaNum 1000000000 }}",
        "{{ range 100000 }}{{ $x := randAlphaNum 1000 }}{{ end }}",
        "{{ seq 1000000000 }}",
        "{{ untilStep -9223372036854775808 9223372036854775807 1 }}",
        "{{ nindent 1000000000 \"a\" }}",
        "{{ indent 1000000 (repeat 20 \"\\n\") }}",
        "{{ printf \"%1000000d\" 1 | repeat 100 }}",
        "{{ range 1000000 }}{{ printf \"%1000000d\" 1 | len }}{{ end }}",
        "{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}",
        "{{ define \"a\" }}{{ range until 10 }}{{ template \"a\" . }}{{ end }}{{ end }}{{ template \"a\" . }}",
        "{{ $x := .big }}{{ range until 20 }}{{ $x = print $x $x }}{{ end }}",
        "{{ $x := \"a\" }}{{ range until 40 }}{{ $x = printf \"%q\" $x }}{{ end }}",
        "{{ $x := list 1 }}{{ range until 40 }}{{ $x = concat $x $x }}{{ end }}",
        "{{ $l := list }}{{ range until 100000 }}{{ $l = append $l $l }}{{ end }}",
        "{{ $l := list }}{{ range until 1000 }}{{ $l = append $l (upper $.big) }}{{ end }}",
        "{{ $l := list }}{{ range until 1000 }}{{ $l = append $l (regexQuoteMeta $.big) }}{{ end }}",
        "{{ $x := until 20000 }}{{ uniq $x | len }}",
        "{{ $l := list 1 }}{{ range until 60 }}{{ $l = list $l $l }}{{ end }}{{ toJson $l | len }}",
        "{{ $l := list 1 }}{{ range until 60 }}{{ $l = list $l $l }}{{ end }}{{ print $l | len }}",
        "{{ $l := list 1 }}{{ $m := list 1 }}{{ range until 60 }}{{ $l = list $l $l }}{{ $m = list $m $m }}{{ end }}{{ deepEqual $l $m }}",
        "{{ splitList \"\" .big | len }}",
        "{{ wrapWith 1 (repeat 40 \"x\") .big | len }}",
        "{{ chunk 1 (until 500000) | len }}",
        "{{ b64enc .big | b64enc | b64enc | b64enc | b64enc | b64enc | b64enc | b64enc | len }}",
        "{{ html (repeat 1000000 \"&\") | html | html | html | len }}",
        "{{ range until 1000 }}{{ adler32sum $.big }}{{ end }}",
        "{{ range until 1000 }}{{ $x := b32dec $.big }}{{ end }}",
    ];

    public static TheoryData<string> Expressions =>
    [
        "{{ regexFind \"((((a{100}){10}){10}){10})\" \"a\" }}",
        "{{ regexFindAll \"a{1,1000}?b\" .big -1 | len }}",
        "{{ regexFindAll \"(.{0,900})(.{0,90})x\" .big -1 | len }}",
        "{{ regexFindAll \"(a)|a*b\" .big -1 | len }}",
        "{{ regexReplaceAll \"a\" .big .big }}",
        "{{ regexReplaceAll \"\" .big \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\" }}",
        "{{ regexSplit \"\" .big -1 | len }}",
        "{{ range until 100000 }}{{ regexMatch \"(a|b)*c\" $.big }}{{ end }}",
        "{{ range $i, $_ := until 100000 }}{{ $x := regexMatch (printf \"a%d\" $i) \"b\" }}{{ end }}",
        "{{ regexFind .big \"a\" }}",
    ];

    public static TheoryData<string> Cycles => new(from call in new[]
    {
        "set $d \"y\" $d", "toJson $d", "mustToJson $d", "toPrettyJson $d", "toRawJson $d", "toYaml $d", "print $d", "printf \"%#v\" $d",
        "deepCopy $d", "quote $d", "html $d", "join \",\" (list $d)", "fail (toString $d)", "uniq (list $d (deepCopy $d))",
        "merge $d $e", "mergeOverwrite $d $e", "deepEqual $d $e", "has $d (list $e)", "toString $d", "cat $d $d",
    }
                                                   select "{{ $d := dict }}{{ $_ := set $d \"x\" $d }}{{ $e := dict }}{{ $_ := set $e \"x\" $e }}{{ " + call + " }}");

    /// <summary>Within the bounds, though slow where done badly: a needle of long borders, spaces in a version constraint, many sets of trimmed runes.</summary>
    public static TheoryData<string> Quadratic =>
    [
        "{{ regexFindAll \"(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)[^a]\" .big -1 | len }}",
        "{{ regexReplaceAll \"(.{0,900})x\" .big \"y\" | len }}",
        "{{ contains (printf \"%sb%s\" (repeat 300000 \"a\") (repeat 200000 \"a\")) .big }}",
        "{{ replace (printf \"%sb%s\" (repeat 30000 \"a\") (repeat 20000 \"a\")) \"x\" .big | len }}",
        "{{ trimAll (printf \"%sa\" (repeat 300000 \"b\")) .big | len }}",
        "{{ semver .big }}",
        "{{ semverCompare (printf \"%s!\" (repeat 200 \"1    \")) \"1.2.3\" }}",
        "{{ toDate .big .big }}",
        "{{ date .big now }}",
        "{{ (now).Format .big }}",
        "{{ durationRound (repeat 200000 \"1h\") }}",
        "{{ float64 (repeat 300000 \"9\") }}",
        "{{ printf \"%.1000000f\" 1.5 | len }}",
        "{{ mulf 1e300 1e300 }}{{ subf 1e308 1e-308 }}",
        "{{ filterPEM \"CERTIFICATE\" (repeat 40000 \"-----BEGIN CERTIFICATE-----\\n\") | len }}",
        "{{ certSANs (repeat 40000 \"-----BEGIN CERTIFICATE-----\\n\") | len }}",
        "{{ jwkPublicKeyPem (repeat 100000 \"{\\\"a\\\":\") }}",
        "{{ pkcs12keyPass .big .big }}",
        "{{ rsaDecrypt \"RSA-OAEP\" \"SHA256\" .big .big }}",
    ];

    public static TheoryData<string> Deep => new(from depth in new[] { "9999", "100000" }
                                                 from text in new[]
                                                 {
        "{{ printf \"%s1%s\" (repeat N \"[\") (repeat N \"]\") | fromJson | toJson | len }}",
        "{{ printf \"%s1%s\" (repeat N \"[\") (repeat N \"]\") | fromJson | toPrettyJson | len }}",
        "{{ printf \"%s1%s\" (repeat N \"{\\\"a\\\":\") (repeat N \"}\") | fromJson | deepCopy | print | len }}",
        "{{ printf \"a: %s1%s\" (repeat N \"[\") (repeat N \"]\") | fromYaml | toYaml | len }}",
        "{{ repeat N \"- \" | fromYaml | len }}",
        "{{ repeat N \"a: {\" | fromYaml | len }}",
        "{{ $l := list 1 }}{{ range until N }}{{ $l = list $l }}{{ end }}{{ print $l (toJson $l) (toYaml $l) (deepCopy $l) | len }}",
    }
                                                 select text.Replace("N", depth, StringComparison.Ordinal));

    public static TheoryData<string, string, int, string> Nested => new()
    {
        { "{{ ", "(", 100_000, "1" },
        { "", "{{ if 1 }}", 30_000, "x" },
        { "", "{{ range 2 }}", 30_000, "x" },
        { "{{ if 1 }}", "{{ else if 1 }}", 30_000, "x{{ end }}" },
        { "", "{{ $x := 1 }}", 70_000, "" },
        { "", "{{/**/}}{{ 1 }}", 60_000, "" },
        { "{{ .a", ".a", 300_000, " }}" },
        { "{{ 1", " | print", 100_000, " }}" },
    };

    [Theory]
    [MemberData(nameof(Endless))]
    [MemberData(nameof(Expressions))]
    public void Render_Endless_EndsByCount(string text) => Assert.Throws<TemplateException>(() => Measured(text));

    [Theory]
    [MemberData(nameof(Cycles))]
    [MemberData(nameof(Quadratic))]
    [MemberData(nameof(Deep))]
    public void Render_Hostile_EndsWithinTheBounds(string text)
    {
        try
        {
            Measured(text);
        }
        catch (TemplateException)
        {
            // An error is as good as a result.
        }
    }

    [Theory]
    [MemberData(nameof(Nested))]
    public void Parse_TooManyOrTooDeep_IsRefused(string before, string repeated, int count, string after) =>
        Assert.Throws<TemplateException>(() => Measured(before + string.Concat(Enumerable.Repeat(repeated, count)) + after));

    [Fact]
    public void Parse_ManyComments_ReadsThemAll() =>
        Assert.Equal("ab", Encoding.UTF8.GetString(Measured("a" + string.Concat(Enumerable.Repeat("{{/**/}}", 100_000)) + "b")));

    [Fact]
    public void Render_AliasBomb_EndsByCount()
    {
        StringBuilder yaml = new("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 9; i++)
        {
            yaml.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat("*a" + (i - 1), 9))}]\n");
        }

        Assert.Throws<TemplateException>(() => Measured("{{ `" + yaml + "` | fromYaml | len }}"));
    }

    [Fact]
    public void Render_ExpensiveFunctionSwitchedOff_Fails()
    {
        TemplateException failure = Assert.Throws<TemplateException>(() => Measured("{{ bcrypt \"x\" }}"));

        Assert.Contains("function bcrypt is switched off here", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Message_LongAction_IsCut()
    {
        TemplateException failure = Assert.Throws<TemplateException>(() => Measured("{{ fail \"" + new string('x', 100_000) + "\" }}"));

        Assert.InRange(failure.SafeMessage.Length, 1000, 1200);
    }

    [Theory]
    [InlineData("{{ range .secret }}{{ end }}")]
    [InlineData("{{ fail .secret }}")]
    [InlineData("{{ index .secret .secret }}")]
    [InlineData("{{ regexFind .secret \"a\" }}")]
    [InlineData("{{ .secret | mustFromJson }}")]
    [InlineData("{{ jwkPublicKeyPem .secret }}")]
    public void SafeMessage_ValueInFailure_HoldsNoValue(string text)
    {
        TemplateException failure = Assert.Throws<TemplateException>(() => Measured(text));

        Assert.DoesNotContain("hunter2", failure.SafeMessage, StringComparison.Ordinal);
        Assert.Contains("template: t", failure.SafeMessage, StringComparison.Ordinal);
    }

    /// <summary>Renders with the clock standing still, and checks what it took even where it fails.</summary>
    private static byte[] Measured(string text)
    {
        TemplateEnvironment environment = new() { Clock = new FakeTimeProvider() };
        TemplateLimits limits = TemplateLimits.Default;
        RenderBudget budget = new(limits, environment.Clock, TestContext.Current.CancellationToken);
        TemplateData data = TemplateData.OfSecrets(
        [
            new("secret", "hunter2(["u8.ToArray()),
            new("big", Encoding.ASCII.GetBytes(Megabyte)),
        ]);
        ByteBuilder output = new();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            Template.Parse("t", text, TemplateOptions.Secrets).Render(data, environment, output, budget);
            return output.Written.ToArray();
        }
        finally
        {
            Assert.InRange(budget.Steps, 0, limits.Steps + MiB);
            Assert.InRange(output.Length, 0, limits.OutputBytes);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, MostAllocated);
        }
    }
}
