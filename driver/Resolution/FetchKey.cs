using System.Security.Cryptography;
using System.Text;

namespace CsiSecrets.Resolution;

/// <summary>Names one object as one identity sees it: a hash over the whole credential key and the object key, so that it can be kept in
/// memory and in state files without carrying either. Text form: 32 hex digits.</summary>
internal readonly record struct FetchKey(UInt128 Hash)
{
    public static FetchKey Of(string accessKey, string objectKey)
    {
        // The lengths keep ("a", "bc") apart from ("ab", "c").
        byte[] text = Encoding.UTF8.GetBytes($"{accessKey.Length}:{accessKey}{objectKey.Length}:{objectKey}");
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(text, hash);
        return new FetchKey(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash));
    }

    public static bool TryParse(string text, out FetchKey key)
    {
        bool ok = UInt128.TryParse(text, System.Globalization.NumberStyles.HexNumber, null, out UInt128 hash);
        key = new FetchKey(hash);
        return ok && text.Length == 32;
    }

    public override string ToString() => Hash.ToString("x32", null);
}
