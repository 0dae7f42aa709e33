namespace CsiSecrets.Resolution;

/// <summary>Which values of a class a resolution needs.</summary>
internal enum ClassReading
{
    /// <summary>Those that the volume does not have.</summary>
    Changed,

    /// <summary>None if none changed, else all: templates take values of several objects.</summary>
    AllUnlessUnchanged,

    /// <summary>All.</summary>
    All,
}
