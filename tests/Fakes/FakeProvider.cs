using System.Collections.Concurrent;
using CsiSecrets.Model;
using CsiSecrets.Providers;

namespace CsiSecrets.Tests.Fakes;

/// <summary>A store in memory that behaves as one: versions move with values, absence and failures are answers, calls are counted and may be
/// held. The parameter <c>objects</c> is a comma list of names; <c>name?</c> is optional, <c>prefix*</c> a selection.</summary>
internal sealed class FakeProvider(string name = "fake") : ISecretProvider
{
    private readonly ConcurrentDictionary<string, (int Version, byte[]? Value)> secrets = new();

    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>The tokens that were shown to it.</summary>
    public ConcurrentQueue<string> Shown { get; } = new();

    public Func<string, SecretsException?> Fail { get; set; } = _ => null;

    /// <summary>A call waits for this before it answers.</summary>
    public Task Hold { get; set; } = Task.CompletedTask;

    /// <summary>The validation of a store waits for this.</summary>
    public Task HoldValidation { get; set; } = Task.CompletedTask;

    public Action Called { get; set; } = () => { };

    /// <summary>Of the tokens that it takes.</summary>
    public const string Audience = "fake.example.com";

    public string Name => name;

    public void Put(string secret, string value) =>
        secrets.AddOrUpdate(secret, (1, Bytes(value)), (_, old) => (old.Version + 1, Bytes(value)));

    public void Put(string secret, byte[] value) => secrets.AddOrUpdate(secret, (1, value), (_, old) => (old.Version + 1, value));

    /// <summary>A version that was is never given to another value.</summary>
    public void Remove(string secret) => secrets.AddOrUpdate(secret, (0, null), (_, old) => (old.Version, null));

    public IReadOnlyList<string> Names => [.. secrets.Keys.Order(StringComparer.Ordinal)];

    public ClassPlan ReadClass(ClassParameters parameters)
    {
        if (!parameters.Values.TryGetValue("objects", out string? objects))
        {
            throw new SecretsException(FailureReason.ClassInvalid, $"SecretProviderClass {parameters.ClassRef}: parameters.objects", "missing", "list names");
        }

        string[] names = objects.Split(',', StringSplitOptions.RemoveEmptyEntries);
        string mode = parameters.Values.GetValueOrDefault("mode", "420");
        return new FakePlan
        {
            ClassRef = parameters.ClassRef,
            Objects = [.. names.Where(n => !n.EndsWith('*')).Select(n => Planned(n.TrimEnd('?'), n.EndsWith('?'), mode))],
            Selections = [.. names.Where(n => n.EndsWith('*')).Select(n => new PlannedSelection(new FakeRequest { Name = n, ObjectKey = n }))],
            Identity = parameters.Values.GetValueOrDefault("identity", ""),
            Mode = mode,
        };
    }

    public IReadOnlyList<string> AudiencesOf(ClassPlan plan, bool ofPod) => [Audience];

    public async Task<ProviderAccess> OpenAsync(ClassPlan plan, AccessRequest request, CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        if (Fail("open") is { } why)
        {
            throw why;
        }

        if (request.Tokens.Find(Audience) is { } token)
        {
            Shown.Enqueue(System.Text.Encoding.UTF8.GetString(token.Value.Span));
        }

        return new FakeAccess { Key = $"{request.Pod.Namespace}/{request.Pod.ServiceAccount}/{((FakePlan)plan).Identity}" };
    }

    public async Task<IReadOnlyList<PlannedObject>> ListAsync(
        ProviderAccess access, ClassPlan plan, PlannedSelection selection, CancellationToken cancellationToken)
    {
        Calls.Enqueue("list " + selection.Request.Name);
        await Hold.WaitAsync(cancellationToken);
        return Fail("list") is { } why
            ? throw why
            : [.. secrets.Where(s => s.Value.Value is not null).Select(s => s.Key).Where(k => k.StartsWith(selection.Request.Name.TrimEnd('*'), StringComparison.Ordinal)).Order(StringComparer.Ordinal)
                .Select(k => Planned(k, true, ((FakePlan)plan).Mode))];
    }

    public async Task<IReadOnlyList<FetchResult>> FetchAsync(
        ProviderAccess access, IReadOnlyList<FetchItem> items, CancellationToken cancellationToken)
    {
        foreach (FetchItem item in items)
        {
            Calls.Enqueue($"{(item.KnownVersion is null ? "read" : "probe")} {item.Request.Name}");
        }

        Called();
        await Hold.WaitAsync(cancellationToken);
        return [.. items.Select(Answer)];
    }

    public IReadOnlyList<ShapedFile> Shape(ClassPlan plan, PlannedObject planned, string version, SecretBytes content) =>
    [
        new ShapedFile(
            new SecretFile { Path = planned.Request.Name, Content = content.Share(), Mode = int.Parse(((FakePlan)plan).Mode) },
            planned.Request.Name,
            version),
    ];

    private static PlannedObject Planned(string secret, bool optional, string mode) =>
        new(new FakeRequest { Name = secret, ObjectKey = secret, Optional = optional }, "shape-" + mode);

    private FetchResult Answer(FetchItem item)
    {
        if (Fail(item.Request.Name) is { } why)
        {
            return new FetchResult.Failed(why);
        }

        if (!secrets.TryGetValue(item.Request.Name, out (int Version, byte[]? Value) found) || found.Value is null)
        {
            return new FetchResult.Missing(new SecretsException(FailureReason.SecretNotFound, item.Request.Name, "no such secret", "create it"));
        }

        string version = $"v{found.Version}";
        return item.KnownVersion == version
            ? new FetchResult.Unchanged(version)
            : new FetchResult.Value(version, SecretBytes.Copy(found.Value));
    }

    private static byte[] Bytes(string value) => System.Text.Encoding.UTF8.GetBytes(value);

    private sealed record FakePlan : ClassPlan
    {
        public required string Identity { get; init; }

        public required string Mode { get; init; }
    }

    internal sealed record FakeRequest : SecretRequest;

    internal sealed class FakeAccess : ProviderAccess;
}
