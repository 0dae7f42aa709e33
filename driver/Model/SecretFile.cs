namespace CsiSecrets.Model;

/// <summary>One file as it will be in the volume.</summary>
internal sealed record SecretFile
{
    /// <summary>Relative to the volume's root, <c>/</c> between elements.</summary>
    public required string Path { get; init; }

    public required SecretBytes Content { get; init; }

    /// <summary>Permission bits, 0 to 0777.</summary>
    public required int Mode { get; init; }

    /// <summary>Owner; absent means root.</summary>
    public int? Uid { get; init; }

    /// <summary>Group; absent means the volume's group, else root.</summary>
    public int? Gid { get; init; }
}
