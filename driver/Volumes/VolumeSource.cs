namespace CsiSecrets.Volumes;

/// <summary>The kind of manifest that a volume is made from.</summary>
internal enum VolumeSource
{
    SecretProviderClass,
    ExternalSecret,
}
