namespace CsiSecrets.Mirroring;

/// <summary>What becomes of what is in the Secret already.</summary>
internal enum MirrorMode
{
    /// <summary>The data is ours alone: foreign keys go. The policies Owner and Orphan.</summary>
    Replace,

    /// <summary>Own keys beside others'; a Secret that does not exist is waited for.</summary>
    Merge,

    /// <summary>Own keys beside others'; a Secret that does not exist is made.</summary>
    CreateOrMerge,
}
