namespace CsiSecrets.Templates.Crypto;

/// <summary>Orders certificates leaf to root by their key ids, as the operator does. It proves nothing about trust.</summary>
internal static class CertificateChain
{
    /// <summary>Every PEM block must be a certificate. Fails where they do not make one chain.</summary>
    public static IReadOnlyList<ParsedCertificate> Order(ReadOnlySpan<byte> pem)
    {
        var certificates = new List<ParsedCertificate>();
        var data = pem;
        while (PemDecoder.Decode(data, out data) is { } block)
        {
            certificates.Add(ParsedCertificate.Parse(block.Bytes));
        }

        return Order(certificates);
    }

    public static IReadOnlyList<ParsedCertificate> Order(IReadOnlyList<ParsedCertificate> certificates)
    {
        var parents = new int[certificates.Count];
        var isParent = new bool[certificates.Count];
        var bySubject = FirstTwoBySubject(certificates);
        for (var i = 0; i < certificates.Count; i++)
        {
            parents[i] = -1;
            if (bySubject.TryGetValue(Key(certificates[i].AuthorityKeyId), out var found))
            {
                parents[i] = found.First != i ? found.First : found.Second;
            }

            if (parents[i] >= 0)
            {
                isParent[parents[i]] = true;
            }
        }

        var leaf = Array.IndexOf(isParent, false);
        if (leaf < 0)
        {
            throw new TemplateFunctionException("no leaf certificate found");
        }

        if (Array.IndexOf(isParent, false, leaf + 1) >= 0)
        {
            throw new TemplateFunctionException("found multiple leaf or disjunct certificates");
        }

        var chain = new List<ParsedCertificate>();
        for (var at = leaf; at >= 0; at = parents[at])
        {
            if (chain.Count == certificates.Count)
            {
                throw new TemplateFunctionException("constructing chain resulted in cycle");
            }

            chain.Add(certificates[at]);
        }

        return chain;
    }

    /// <summary>Of each key id (none counts as empty) the first two certificates, so that a certificate never finds itself.</summary>
    private static Dictionary<string, (int First, int Second)> FirstTwoBySubject(IReadOnlyList<ParsedCertificate> certificates)
    {
        var found = new Dictionary<string, (int First, int Second)>(StringComparer.Ordinal);
        for (var i = 0; i < certificates.Count; i++)
        {
            var key = Key(certificates[i].SubjectKeyId);
            if (!found.TryGetValue(key, out var two))
            {
                found[key] = (i, -1);
            }
            else if (two.Second < 0)
            {
                found[key] = (two.First, i);
            }
        }

        return found;
    }

    private static string Key(byte[]? id) => Convert.ToHexString(id ?? []);
}
