using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Math;

namespace CsiSecrets.Templates.Crypto;

/// <summary>The four NIST curves that Go's x509 knows.</summary>
internal sealed class EcCurve
{
    private static readonly EcCurve[] All =
    [
        new("P-224", "1.3.132.0.33"),
        new("P-256", "1.2.840.10045.3.1.7"),
        new("P-384", "1.3.132.0.34"),
        new("P-521", "1.3.132.0.35"),
    ];

    private readonly Lazy<X9ECParameters> parameters;

    private EcCurve(string name, string oid)
    {
        Name = name;
        Oid = oid;
        parameters = new(() => CustomNamedCurves.GetByName(name));
    }

    public string Name { get; }

    public string Oid { get; }

    /// <summary>Length in bytes of a scalar, and of each coordinate.</summary>
    public int Size => (parameters.Value.Curve.FieldSize + 7) / 8;

    public static EcCurve P256 => All[1];

    public static EcCurve? ByOid(string oid) => Array.Find(All, curve => curve.Oid == oid);

    public static EcCurve? ByName(string name) => Array.Find(All, curve => curve.Name == name);

    /// <summary>The scalar in its full length; null where it is not of this curve.</summary>
    public byte[]? Scalar(ReadOnlySpan<byte> bytes)
    {
        var value = new BigInteger(1, bytes.ToArray());
        return value.CompareTo(parameters.Value.N) < 0 ? ToFixed(value) : null;
    }

    /// <summary>The uncompressed point of a scalar.</summary>
    public byte[] PublicPoint(byte[] scalar) =>
        parameters.Value.G.Multiply(new BigInteger(1, scalar)).Normalize().GetEncoded(false);

    /// <summary>The uncompressed point; null where the coordinates are not on the curve.</summary>
    public byte[]? Point(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        var (bigX, bigY) = (new BigInteger(1, x.ToArray()), new BigInteger(1, y.ToArray()));
        if (bigX.BitLength > Size * 8 || bigY.BitLength > Size * 8)
        {
            return null;
        }

        byte[] point = [4, .. ToFixed(bigX), .. ToFixed(bigY)];
        return IsPoint(point) ? point : null;
    }

    public bool IsPoint(ReadOnlySpan<byte> uncompressed)
    {
        if (uncompressed.Length != 1 + (2 * Size) || uncompressed[0] != 4)
        {
            return false;
        }

        try
        {
            return parameters.Value.Curve.DecodePoint(uncompressed.ToArray()).IsValid();
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>A scalar in 1..N-1 from the random source.</summary>
    public byte[] RandomScalar(RandomFill fill)
    {
        var excess = (Size * 8) - parameters.Value.N.BitLength;
        var bytes = new byte[Size];
        while (true)
        {
            fill(bytes);
            bytes[0] &= (byte)(0xff >> excess);
            var value = new BigInteger(1, bytes);
            if (value.SignValue > 0 && value.CompareTo(parameters.Value.N) < 0)
            {
                return bytes;
            }
        }
    }

    private byte[] ToFixed(BigInteger value)
    {
        var bytes = value.ToByteArrayUnsigned();
        var padded = new byte[Size];
        bytes.CopyTo(padded, Size - bytes.Length);
        return padded;
    }
}
