using CsiSecrets.Model;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>From the objects that were read to the keys and values of the ExternalSecret. Pure: of two entries that give the same key the later
/// one wins.</summary>
internal sealed class ValueMaker(KeyRewriter rewriter)
{
    /// <summary>The receiver owns the result. Entries without a value at the provider are left out.</summary>
    /// <param name="plan">The ExternalSecret.</param>
    /// <param name="reads">Its entries with their objects.</param>
    /// <param name="answers">What was read.</param>
    /// <param name="absent">Told of an entry whose object is there, but whose provider says of its property that there is none.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="SecretsException">ValueInvalid, TemplateFailed.</exception>
    public SecretSet Make(
        ExternalSecretPlan plan,
        IReadOnlyList<EntryReads> reads,
        FetchedObjects answers,
        Action<EntryReads, SecretsException> absent,
        CancellationToken cancellationToken)
    {
        var values = new SecretSet();
        try
        {
            foreach (EntryReads one in reads)
            {
                string subject = $"{plan.Subject}: {one.Entry.Path}";
                try
                {
                    MakeEntry(values, one, answers, subject, cancellationToken);
                }
                catch (SecretsException e) when (e.Reason == FailureReason.SecretNotFound)
                {
                    absent(one, e);
                }
            }

            return values;
        }
        catch
        {
            values.Dispose();
            throw;
        }
    }

    private void MakeEntry(SecretSet values, EntryReads one, FetchedObjects answers, string subject, CancellationToken cancellationToken)
    {
        if (one.Entry is DataEntry data)
        {
            MakeOne(values, data, one, answers, subject);
        }
        else
        {
            MakeMany(values, (KeysEntry)one.Entry, one, answers, subject, cancellationToken);
        }
    }

    private static void MakeOne(SecretSet values, DataEntry entry, EntryReads one, FetchedObjects answers, string subject)
    {
        if (answers.Of(one.Reads[0]) is not FetchResult.Value found)
        {
            return;
        }

        using SecretBytes selected = Select(one, entry.Remote.Metadata, entry.Property, found, subject);
        values.Put(entry.SecretKey, Finish(selected, entry, $"{subject}: {entry.SecretKey}"));
    }

    private void MakeMany(
        SecretSet values, KeysEntry entry, EntryReads one, FetchedObjects answers, string subject, CancellationToken cancellationToken)
    {
        using SecretSet raw = Raw(entry, one, answers);
        using SecretSet named = entry.Rewrites.Count > 0
            ? rewriter.Rewrite(entry.Rewrites, raw, subject, cancellationToken)
            : KeyNames.Convert(raw, entry.Conversion, subject);
        foreach ((string name, SecretBytes value) in named.Items)
        {
            if (name.Length == 0)
            {
                // As the peer does: a rewrite to nothing leaves the key out.
                continue;
            }

            KeyNames.Require(name, subject);
            values.Put(name, Finish(value, entry, $"{subject}: {name}"));
        }
    }

    private static SecretSet Raw(KeysEntry entry, EntryReads one, FetchedObjects answers)
    {
        if (entry is ExtractEntry extract)
        {
            return answers.Of(one.Reads[0]) is FetchResult.Value found
                ? one.Store.Store.Provider.Extract(one.Reads[0].Request, found.Content, extract.Property)
                : new SecretSet();
        }

        var listed = new SecretSet();
        foreach (Read read in one.Reads)
        {
            if (answers.Of(read) is FetchResult.Value value)
            {
                listed.Put(read.RemoteKey, value.Content.Share());
            }
        }

        return listed;
    }

    private static SecretBytes Select(EntryReads one, bool metadata, string property, FetchResult.Value found, string subject) =>
        one.Store.Store.Provider.Select(one.Reads[0].Request, found.Content, property) ?? throw new SecretsException(
            FailureReason.ValueInvalid,
            $"{subject}.remoteRef.property",
            $"key {property} does not exist in {(metadata ? "the tags of " : "")}secret {one.Reads[0].RemoteKey}",
            "correct the property, or add it to the secret");

    private static SecretBytes Finish(SecretBytes value, PlannedEntry entry, string subject)
    {
        SecretBytes decoded = TextDecoder.Decode(value, entry.Decoding) ?? throw new SecretsException(
            FailureReason.ValueInvalid, subject, $"the value is not {Words(entry.Decoding)}", "correct decodingStrategy, or the value");
        if (entry.NullBytes == NullBytes.Fail && decoded.Span.Contains((byte)0))
        {
            decoded.Dispose();
            throw new SecretsException(
                FailureReason.ValueInvalid, subject, "the value contains a NUL byte", "correct the value, or set nullBytePolicy to Ignore");
        }

        return decoded;
    }

    private static string Words(ValueDecoding decoding) => decoding == ValueDecoding.Base64Url ? "base64url" : "base64";
}
