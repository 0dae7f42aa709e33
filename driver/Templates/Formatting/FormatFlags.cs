namespace CsiSecrets.Templates.Formatting;

/// <summary>Flags, width and precision of one verb.</summary>
internal struct FormatFlags
{
    public int Width;
    public int Precision;
    public bool HasWidth;
    public bool HasPrecision;
    public bool Minus;
    public bool Plus;
    public bool Sharp;
    public bool Space;
    public bool Zero;

    /// <summary>%+v.</summary>
    public bool PlusV;

    /// <summary>%#v.</summary>
    public bool SharpV;
}
