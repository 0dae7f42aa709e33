namespace CsiSecrets.Templates.Crypto;

/// <summary>filterCertChain and certSANs.</summary>
internal static class CertificateFunctions
{
    /// <param name="certType">leaf, intermediate or root; anything else gives nothing.</param>
    /// <param name="input">PEM, certificates only.</param>
    public static byte[] FilterCertChain(ReadOnlySpan<byte> certType, ReadOnlySpan<byte> input)
    {
        var ordered = CertificateChain.Order(input);
        if (certType.SequenceEqual("leaf"u8) && !ordered[0].IsRoot)
        {
            return ordered[0].ToPem();
        }

        if (certType.SequenceEqual("intermediate"u8))
        {
            return [.. ordered.Skip(1).TakeWhile(certificate => !certificate.IsRoot).SelectMany(certificate => certificate.ToPem())];
        }

        return certType.SequenceEqual("root"u8) && ordered[^1].IsRoot ? ordered[^1].ToPem() : [];
    }

    /// <summary>DNS names, addresses, e-mail addresses and URIs of the first certificate.</summary>
    public static IReadOnlyList<string> CertSans(ReadOnlySpan<byte> input)
    {
        if (PemDecoder.Decode(PemFunctions.WithoutLeadingText(input), out _) is not { } block)
        {
            throw new TemplateFunctionException("failed to decode PEM block");
        }

        try
        {
            return ParsedCertificate.Parse(block.Bytes).Names.InGoOrder;
        }
        catch (TemplateFunctionException e)
        {
            throw new TemplateFunctionException($"failed to parse certificate: {e.Message}", e);
        }
    }
}
