using CsiSecrets.GoRegex;
using CsiSecrets.Model.Manifests.ExternalSecrets;
using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>Reads the elements of <c>spec.data</c> and <c>spec.dataFrom</c>. Null where an error leaves nothing to go on with.</summary>
internal sealed class EntryReader(StoreRef? defaultStore, FieldProblems problems)
{
    public static ValueDecoding Decoding(string? text, string field, FieldProblems problems) => WordField.Read(
        text, field, problems,
        ("None", ValueDecoding.None), ("Auto", ValueDecoding.Auto), ("Base64", ValueDecoding.Base64), ("Base64URL", ValueDecoding.Base64Url));

    public PlannedEntry? ReadData(ExternalSecretData data, string path)
    {
        if (!NameRules.IsSecretKey(data.SecretKey))
        {
            problems.Add(
                $"{path}.secretKey",
                data.SecretKey.Length == 0 ? "it is required" : $"{FieldProblems.Show(data.SecretKey)} is no key of a Secret",
                "use letters, digits, -, _ and ., 253 at most");
        }

        CheckSource(data.SourceRef, path);
        if (data.SourceRef?.GeneratorRef is { } generator)
        {
            return Generator(generator, [], path);
        }

        StoreKey? store = Store(data.SourceRef, path);
        if (data.RemoteRef is not { } remote)
        {
            problems.Add($"{path}.remoteRef", "it is required", "name the remote secret in remoteRef.key");
            return null;
        }

        string at = $"{path}.remoteRef";
        _ = Conversion(remote.ConversionStrategy, at);
        return new DataEntry
        {
            Path = path,
            Store = store,
            SecretKey = data.SecretKey,
            Remote = Remote(remote, at),
            Property = remote.Property ?? "",
            Decoding = Decoding(remote.DecodingStrategy, $"{at}.decodingStrategy", problems),
            NullBytes = Nulls(remote.NullBytePolicy, at),
        };
    }

    public PlannedEntry? ReadKeys(ExternalSecretDataFrom from, string path)
    {
        GeneratorRef? generator = from.SourceRef?.GeneratorRef;
        CheckSource(from.SourceRef, path);
        int sources = (from.Extract is null ? 0 : 1) + (from.Find is null ? 0 : 1) + (generator is null ? 0 : 1);
        if (sources == 0)
        {
            problems.Add(path, "one of extract, find and sourceRef.generatorRef must be set", "say what to fetch");
        }
        else if (sources > 1)
        {
            problems.Add(path, "extract, find and sourceRef.generatorRef cannot be set at the same time", "make an entry of each");
        }

        IReadOnlyList<KeyRewrite> rewrites = RewriteReader.Read(from.Rewrite, $"{path}.rewrite", problems);
        if (generator is not null)
        {
            return Generator(generator, rewrites, path);
        }

        StoreKey? store = sources == 0 ? null : Store(from.SourceRef, path);
        return from.Extract is { } extract ? Extract(extract, store, rewrites, path)
            : from.Find is { } find ? Find(find, store, rewrites, path)
            : null;
    }

    private ExtractEntry Extract(RemoteRef extract, StoreKey? store, IReadOnlyList<KeyRewrite> rewrites, string path) => new()
    {
        Path = path,
        Store = store,
        Remote = Remote(extract, $"{path}.extract"),
        Property = extract.Property ?? "",
        Conversion = Conversion(extract.ConversionStrategy, $"{path}.extract"),
        Decoding = Decoding(extract.DecodingStrategy, $"{path}.extract.decodingStrategy", problems),
        NullBytes = Nulls(extract.NullBytePolicy, $"{path}.extract"),
        Rewrites = rewrites,
    };

    private FindEntry Find(FindRef find, StoreKey? store, IReadOnlyList<KeyRewrite> rewrites, string path)
    {
        string at = $"{path}.find";
        string? pattern = string.IsNullOrEmpty(find.Name?.Regexp) ? null : find.Name.Regexp;
        GoRegexp? name = pattern is null ? null : Pattern(pattern, $"{at}.name.regexp", problems);
        return new FindEntry
        {
            Path = path,
            Store = store,
            Criteria = new FindCriteria(find.Path, name, pattern, [.. find.Tags ?? new Dictionary<string, string>()]),
            Conversion = Conversion(find.ConversionStrategy, at),
            Decoding = Decoding(find.DecodingStrategy, $"{at}.decodingStrategy", problems),
            NullBytes = Nulls(find.NullBytePolicy, at),
            Rewrites = rewrites,
        };
    }

    private GeneratorEntry Generator(GeneratorRef generator, IReadOnlyList<KeyRewrite> rewrites, string path)
    {
        string at = $"{path}.sourceRef.generatorRef";
        if (generator.Kind.Length == 0)
        {
            problems.Add($"{at}.kind", "it is required", "name the generator's kind");
        }

        NameRules.Object(generator.Name, $"{at}.name", problems);
        return new GeneratorEntry
        {
            Path = path,
            ApiVersion = string.IsNullOrEmpty(generator.ApiVersion) ? "generators.external-secrets.io/v1alpha1" : generator.ApiVersion,
            Kind = generator.Kind,
            Name = generator.Name,
            Rewrites = rewrites,
        };
    }

    private void CheckSource(SourceRef? source, string path)
    {
        if (source is null)
        {
            return;
        }

        if (source.StoreRef is null && source.GeneratorRef is null)
        {
            problems.Add($"{path}.sourceRef", "generatorRef or storeRef must be set when using sourceRef", "set one, or leave sourceRef out");
        }
        else if (source.StoreRef is not null && source.GeneratorRef is not null)
        {
            problems.Add($"{path}.sourceRef", "it has both storeRef and generatorRef", "give exactly one");
        }
    }

    private StoreKey? Store(SourceRef? source, string path)
    {
        string at = source?.StoreRef is null ? "spec.secretStoreRef" : $"{path}.sourceRef.storeRef";
        StoreRef? store = source?.StoreRef ?? defaultStore;
        if (string.IsNullOrEmpty(store?.Name))
        {
            problems.Add(path, "no store is named", $"set {at}.name, or sourceRef.storeRef of the entry");
            return null;
        }

        NameRules.Object(store.Name, $"{at}.name", problems);
        return new StoreKey(
            WordField.Read(
                store.Kind, $"{at}.kind", problems,
                ("SecretStore", StoreKind.SecretStore), ("ClusterSecretStore", StoreKind.ClusterSecretStore)),
            store.Name);
    }

    private RemoteSecret Remote(RemoteRef remote, string at)
    {
        if (remote.Key.Length == 0)
        {
            problems.Add($"{at}.key", "it is required", "name the remote secret");
        }

        bool metadata = WordField.Read(remote.MetadataPolicy, $"{at}.metadataPolicy", problems, ("None", false), ("Fetch", true));
        return new RemoteSecret(remote.Key, remote.Version ?? "", metadata);
    }

    private KeyConversion Conversion(string? text, string at) => WordField.Read(
        text, $"{at}.conversionStrategy", problems, ("Default", KeyConversion.Default), ("Unicode", KeyConversion.Unicode));

    private NullBytes Nulls(string? text, string at) =>
        WordField.Read(text, $"{at}.nullBytePolicy", problems, ("Ignore", NullBytes.Ignore), ("Fail", NullBytes.Fail));

    public static GoRegexp? Pattern(string pattern, string field, FieldProblems problems)
    {
        try
        {
            return GoRegexp.Parse(pattern);
        }
        catch (GoRegexpException e)
        {
            problems.Add(field, e.Message, "correct the regular expression (RE2)");
            return null;
        }
    }
}
