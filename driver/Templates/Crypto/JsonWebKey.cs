using System.Numerics;
using System.Text;
using System.Text.Json;

namespace CsiSecrets.Templates.Crypto;

/// <summary>A parsed JSON Web Key: its kind, whether it has a private part, and its binary members.</summary>
internal sealed class JsonWebKey
{
    private static readonly string[] TextMembers = ["kid", "alg", "use", "x5u", "x5t", "x5t#S256"];

    private readonly JsonElement json;
    private readonly string kind;

    private JsonWebKey(JsonElement json, string kind, bool isPrivate)
    {
        (this.json, this.kind, IsPrivate) = (json, kind, isPrivate);
    }

    public bool IsPrivate { get; }

    public string GoType => kind switch
    {
        "RSA" => IsPrivate ? "*rsa.PrivateKey" : "*rsa.PublicKey",
        "EC" => IsPrivate ? "*ecdsa.PrivateKey" : "*ecdsa.PublicKey",
        "OKP" => (Text("crv") == "X25519" ? "x25519." : "ed25519.") + (IsPrivate ? "PrivateKey" : "PublicKey"),
        _ => "[]uint8",
    };

    /// <summary>Reads the first JSON value; what follows it is not looked at.</summary>
    public static JsonWebKey Parse(ReadOnlySpan<byte> text)
    {
        JsonElement json;
        try
        {
            var reader = new Utf8JsonReader(text);
            json = JsonElement.ParseValue(ref reader);
        }
        catch (JsonException e)
        {
            var end = text.Trim(" \t\r\n"u8).IsEmpty ? "EOF" : "unexpected EOF";
            throw new TemplateFunctionException($"failed to unmarshal JSON into key hint: {end}", e);
        }

        if (json.ValueKind == JsonValueKind.Null)
        {
            throw new TemplateFunctionException("invalid key type from JSON ()");
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new TemplateFunctionException(
                $"failed to unmarshal JSON into key hint: json: cannot unmarshal {json.ValueKind.ToString().ToLowerInvariant()} into a key");
        }

        var kind = TextOf(json, "kty") ?? "";
        if (kind is not ("RSA" or "EC" or "OKP" or "oct"))
        {
            throw new TemplateFunctionException($"invalid key type from JSON ({kind})");
        }

        foreach (var name in TextMembers)
        {
            TextOf(json, name);
        }

        var key = new JsonWebKey(json, kind, kind != "oct" && json.TryGetProperty("d", out _));
        key.CheckMembers();
        return key;
    }

    /// <summary>SubjectPublicKeyInfo of a public key.</summary>
    public byte[] PublicKeyInfo()
    {
        switch (kind)
        {
            case "RSA":
                return RsaKey.PublicKeyInfo(Number("n"), Number("e"));
            case "EC":
                var curve = Curve();
                return EcKey.PublicKeyInfo(curve, Point(curve));
            case "OKP" when Text("crv") == "Ed25519":
                return Curve25519Key.PublicKeyInfo(Oids.Ed25519, Bytes("x"));
            default:
                throw new TemplateFunctionException($"x509: unsupported public key type: {GoType}");
        }
    }

    public PrivateKey Private()
    {
        switch (kind)
        {
            case "RSA":
                return RsaKey.Create(Number("n"), Number("e"), Number("d"), Number("p"), Number("q"));
            case "EC":
                var curve = Curve();
                var point = Point(curve);
                var scalar = curve.Scalar(Bytes("d")) ?? throw new TemplateFunctionException("crypto/ecdsa: invalid private key");
                return new EcKey(curve, scalar, point);
            case "OKP" when Text("crv") == "Ed25519":
                return Ed25519();
            default:
                throw new TemplateFunctionException($"x509: unknown key type while marshaling PKCS#8: {GoType}");
        }
    }

    private Curve25519Key Ed25519()
    {
        var seed = Bytes("d");
        if (seed.Length != Curve25519Key.SeedLength)
        {
            throw new TemplateFunctionException("failed to build private key: ed25519: wrong private key size");
        }

        var key = new Curve25519Key(Oids.Ed25519, seed);
        return key.PublicKey.AsSpan().SequenceEqual(Bytes("x"))
            ? key
            : throw new TemplateFunctionException("failed to build private key: ed25519: invalid x value given d value");
    }

    private EcCurve Curve()
    {
        var name = Text("crv") ?? "";
        var curve = name == "P-224" ? null : EcCurve.ByName(name);
        return curve ?? throw new TemplateFunctionException(
            $"failed to build {(IsPrivate ? "private" : "public")} key: invalid curve algorithm {name}");
    }

    private byte[] Point(EcCurve curve) => curve.Point(Bytes("x"), Bytes("y"))
        ?? throw new TemplateFunctionException("x509: invalid elliptic curve public key");

    private void CheckMembers()
    {
        string[] required = kind switch
        {
            "RSA" => ["e", "n"],
            "EC" => ["crv", "x", "y"],
            "OKP" => ["crv", "x"],
            _ => ["k"],
        };
        foreach (var name in required.Concat(IsPrivate ? ["d"] : Array.Empty<string>()))
        {
            if (string.IsNullOrEmpty(Text(name)))
            {
                throw new TemplateFunctionException($"failed to unmarshal JSON into key: required field {name} is missing");
            }
        }
    }

    private string? Text(string name) => TextOf(json, name);

    private BigInteger Number(string name) => Text(name) is null ? 0 : new BigInteger(Bytes(name), isUnsigned: true, isBigEndian: true);

    /// <summary>Base64, URL-safe or not, padded or not: told by the characters that are there.</summary>
    private byte[] Bytes(string name)
    {
        var text = Text(name) ?? "";
        var padded = text.EndsWith('=');
        if (!text.AsSpan().ContainsAny('+', '/'))
        {
            text = text.Replace('-', '+').Replace('_', '/');
        }
        else if (text.AsSpan().ContainsAny('-', '_'))
        {
            text = "!";
        }

        text = text.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
        var full = padded ? text : text.PadRight((text.Length + 3) / 4 * 4, '=');
        return GoBase64.Decode(Encoding.UTF8.GetBytes(full), out _)
            ?? throw new TemplateFunctionException($"failed to unmarshal JSON into key: failed to decode value for key {name}");
    }

    private static string? TextOf(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var member) || member.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        try
        {
            return member.GetString();
        }
        catch (InvalidOperationException e)
        {
            // Not a string, or one whose escapes or bytes are no text.
            throw new TemplateFunctionException($"failed to unmarshal JSON into key: {name} is not a string", e);
        }
    }
}
