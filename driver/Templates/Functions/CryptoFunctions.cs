using CsiSecrets.Templates.Crypto;
using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Values;
using static CsiSecrets.Templates.Functions.CryptoCalls;

namespace CsiSecrets.Templates.Functions;

/// <summary>Sprig's digests, passwords, AES and random texts.</summary>
internal static class CryptoFunctions
{
    private static readonly GoType[] One = [GoType.String];
    private static readonly GoType[] Two = [GoType.String, GoType.String];
    private static readonly GoType[] Three = [GoType.String, GoType.String, GoType.String];
    private static readonly GoType[] Count = [GoType.Int];

    private delegate string RandomText(int count, int maxLength, RandomFill fill);

    public static FunctionList Functions()
    {
        FunctionList list = new()
        {
            { "sha1sum", One, Text(static (_, a) => Digests.Sha1Sum(Span(a, 0))) },
            { "sha256sum", One, Text(static (_, a) => Digests.Sha256Sum(Span(a, 0))) },
            { "sha512sum", One, Text(static (_, a) => Digests.Sha512Sum(Span(a, 0))) },
            { "adler32sum", One, Text(static (_, a) => Digests.Adler32Sum(Span(a, 0))) },
            { "encryptAES", Two, Bytes(static (c, a) => AesFunctions.EncryptAes(Span(a, 0), Span(a, 1), Fill(c))) },
            { "decryptAES", Two, Bytes(static (_, a) => AesFunctions.DecryptAes(Span(a, 0), Span(a, 1))) },
            { "randAlphaNum", Count, Random(RandomFunctions.RandAlphaNum) },
            { "randAlpha", Count, Random(RandomFunctions.RandAlpha) },
            { "randAscii", Count, Random(RandomFunctions.RandAscii) },
            { "randNumeric", Count, Random(RandomFunctions.RandNumeric) },
            { "randBytes", Count, Random(RandomFunctions.RandBytes) },
            { "shuffle", One, Guarded(Shuffle) },
            { "uuidv4", [], Text(static (c, _) => RandomFunctions.UuidV4(Fill(c))) },
        };
        list.AddExpensive("bcrypt", One, Text(static (c, a) => Passwords.Bcrypt(Span(a, 0), Fill(c))));
        list.AddExpensive("htpasswd", Three, Bytes(static (c, a) => Passwords.Htpasswd(Span(a, 0), Span(a, 1), String(a, 2), Fill(c))));
        list.AddExpensive(
            "derivePassword",
            [GoType.Uint32, GoType.String, GoType.String, GoType.String, GoType.String],
            Text(static (_, a) => Passwords.DerivePassword((uint)a[0]!, String(a, 1), Span(a, 2), Span(a, 3), Span(a, 4))));
        list.AddExpensive("genPrivateKey", One, Bytes(static (c, a) => KeyGeneration.GenPrivateKey(String(a, 0), Fill(c))));
        return list;
    }

    private static FunctionBody Random(RandomText make) => Guarded((context, arguments) =>
    {
        string text = make(Casts.Int(arguments[0]), context.Budget.BytesLeft / 4, Fill(context));
        context.Budget.Charge(4L * text.Length);
        return GoString.From(text);
    });

    private static GoString Shuffle(RenderContext context, object?[] arguments)
    {
        GoString text = (GoString)arguments[0]!;
        context.Budget.Charge(16L * text.Length);
        context.Budget.Step(text.Length);
        return new GoString(RandomFunctions.Shuffle(text.Span, Fill(context)));
    }
}
