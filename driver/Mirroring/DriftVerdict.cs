namespace CsiSecrets.Mirroring;

internal enum DriftKind
{
    None,

    /// <summary>Something of ours was changed: apply again.</summary>
    Repair,

    /// <summary>The Secret is gone.</summary>
    Missing,

    /// <summary>The Secret is one that cannot be mended in place, or that is somebody else's now: report it.</summary>
    Blocked,
}

/// <summary>What drift was seen. Names of fields, e.g. <c>data.password</c>, and of those who set them; never a value.</summary>
internal sealed record DriftVerdict
{
    public static readonly DriftVerdict None = new() { Kind = DriftKind.None };

    public required DriftKind Kind { get; init; }

    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>The field managers of the changed fields, where the server says them, and other contributors to the same keys.</summary>
    public IReadOnlyList<string> Managers { get; init; } = [];
}
