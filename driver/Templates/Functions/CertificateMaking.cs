using CsiSecrets.Templates.Crypto;
using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Values;
using static CsiSecrets.Templates.Functions.CryptoCalls;

namespace CsiSecrets.Templates.Functions;

/// <summary>Sprig's certificates: buildCustomCert and the gen* functions.</summary>
internal static class CertificateMaking
{
    private static readonly GoType[] Authority = [GoType.String, GoType.Int];
    private static readonly GoType[] SelfSigned = [GoType.String, GoType.InterfaceSlice, GoType.InterfaceSlice, GoType.Int];
    private static readonly GoType[] Signed = [.. SelfSigned, CertificateValue.CertificateType];

    public static FunctionList Functions()
    {
        FunctionList list = new()
        {
            { "buildCustomCert", [GoType.String, GoType.String], Made(static (_, a) => CertificateGeneration.BuildCustomCert(Span(a, 0), Span(a, 1))) },
        };
        list.AddExpensive("genCA", Authority, Made(static (c, a) => Maker(c).GenCa(String(a, 0), (nint)a[1]!)));
        list.AddExpensive("genCAWithKey", [.. Authority, GoType.String], Made(static (c, a) => Maker(c).GenCaWithKey(String(a, 0), (nint)a[1]!, Span(a, 2))));
        list.AddExpensive("genSelfSignedCert", SelfSigned, Made(static (c, a) => Maker(c).GenSelfSignedCert(Names(c, a))));
        list.AddExpensive("genSelfSignedCertWithKey", [.. SelfSigned, GoType.String], Made(static (c, a) => Maker(c).GenSelfSignedCertWithKey(Names(c, a), Span(a, 4))));
        list.AddExpensive("genSignedCert", Signed, Made(static (c, a) => Maker(c).GenSignedCert(Names(c, a), Issuer(a))));
        list.AddExpensive("genSignedCertWithKey", [.. Signed, GoType.String], Made(static (c, a) => Maker(c).GenSignedCertWithKey(Names(c, a), Issuer(a), Span(a, 5))));
        return list;
    }

    private static FunctionBody Made(Func<RenderContext, object?[], GeneratedCertificate> make) => Guarded((context, arguments) =>
    {
        GeneratedCertificate pair = make(context, arguments);
        context.Budget.Charge(pair.Cert.Length + pair.Key.Length);
        return new CertificateValue(pair);
    });

    private static CertificateGeneration Maker(RenderContext context) => new(Fill(context), context.Environment.Clock.GetUtcNow());

    private static GeneratedCertificate Issuer(object?[] arguments) => ((CertificateValue)arguments[4]!).Pair;

    private static CertificateRequestNames Names(RenderContext context, object?[] arguments)
    {
        List<string> addresses = Texts(context, arguments[1], CertificateRequestNames.NotAnAddress);
        List<string> names = Texts(context, arguments[2], CertificateRequestNames.NotADnsName);
        return new CertificateRequestNames(String(arguments, 0), addresses, names, (nint)arguments[3]!);
    }

    private static List<string> Texts(RenderContext context, object? list, Func<string, TemplateFunctionException> refusal)
    {
        List<string> texts = [];
        foreach (object? item in ((GoList)list!).Items)
        {
            context.Budget.Step();
            texts.Add(item is GoString text ? text.ToString() : throw refusal(context.Print(item).ToString()));
        }

        return texts;
    }
}
