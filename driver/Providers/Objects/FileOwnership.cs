namespace CsiSecrets.Providers.Objects;

/// <summary>Mode and owner of a file.</summary>
internal sealed record FileOwnership(int Mode, int? Uid, int? Gid)
{
    private const int DefaultMode = 0x1A4; // 0644

    /// <summary>The fields <c>filePermission</c>, <c>uid</c> and <c>gid</c> of an entry.</summary>
    public static FileOwnership Read(YamlFields fields) => new(ReadMode(fields) ?? DefaultMode, fields.Id("uid"), fields.Id("gid"));

    /// <summary>The owner of <paramref name="other"/> where this one names none.</summary>
    public FileOwnership Or(FileOwnership other) => this with { Uid = Uid ?? other.Uid, Gid = Gid ?? other.Gid };

    private static int? ReadMode(YamlFields fields)
    {
        if (fields.Text("filePermission") is not { } text)
        {
            return null;
        }

        if (text.Length == 4 && text.All(c => c is >= '0' and <= '7'))
        {
            return Convert.ToInt32(text, 8);
        }

        fields.Error("filePermission", $"Invalid File Permission: {text}: must be a four digit octal number, e.g. \"0440\"");
        return null;
    }
}
