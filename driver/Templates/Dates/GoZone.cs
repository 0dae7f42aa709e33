namespace CsiSecrets.Templates.Dates;

/// <summary>A time zone: the offset east of UTC in seconds and the abbreviation at an instant.</summary>
internal sealed class GoZone
{
    public static readonly GoZone Utc = new("UTC", static _ => (0, "UTC"));

    private readonly Func<long, (int Offset, string Name)> lookup;

    private GoZone(string name, Func<long, (int Offset, string Name)> lookup)
    {
        Name = name;
        this.lookup = lookup;
    }

    public string Name { get; }

    public static GoZone Fixed(string name, int offset) => new(name, _ => (offset, name));

    /// <summary>A zone of the operating system's database; null where the name or the database is not there.</summary>
    public static GoZone? Load(string name)
    {
        if (name is "" or "UTC")
        {
            return Utc;
        }

        return ZoneFile.Find(name) is { } file ? new GoZone(name, file.At) : null;
    }

    public (int Offset, string Name) At(long unixSeconds) => lookup(unixSeconds);
}
