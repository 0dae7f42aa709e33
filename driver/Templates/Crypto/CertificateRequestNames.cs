namespace CsiSecrets.Templates.Crypto;

/// <summary>
/// What a certificate is asked for. The engine turns a list's items into text first; an item that is not a string fails there
/// with <see cref="NotAnAddress"/> or <see cref="NotADnsName"/>.
/// </summary>
/// <param name="CommonName">The subject.</param>
/// <param name="Addresses">Texts of IP addresses.</param>
/// <param name="DnsNames">DNS names.</param>
/// <param name="Days">Validity from now; may be negative.</param>
internal sealed record CertificateRequestNames(
    string CommonName, IReadOnlyList<string> Addresses, IReadOnlyList<string> DnsNames, long Days)
{
    /// <param name="shown">The item as %v prints it.</param>
    public static TemplateFunctionException NotAnAddress(string shown) => new($"error parsing ip: {shown} is not a string");

    /// <param name="shown">The item as %v prints it.</param>
    public static TemplateFunctionException NotADnsName(string shown) =>
        new($"error processing alternate dns name: {shown} is not a string");
}
