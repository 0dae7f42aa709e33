using CsiSecrets.AwsApi;
using CsiSecrets.AwsApi.SecretsManager;
using CsiSecrets.AwsApi.SimpleSystemsManagement;
using CsiSecrets.Model;
using CsiSecrets.Providers.Objects;

namespace CsiSecrets.Providers.Aws;

/// <summary>Finds the objects of a selection. AWS's filters narrow the listing, what counts is checked here: name prefixes and tag pairs mean
/// the same in both stores, and a tag's key and value belong together.</summary>
internal sealed class AwsListing(AwsClients clients)
{
    private const int MaxPages = 1000;
    private const string Describe = "ssm:DescribeParameters";

    public async Task<IReadOnlyList<PlannedObject>> ListAsync(
        AwsAccess access, AwsClassPlan plan, AwsPlannedSelection planned, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<string> names = await ListInAsync(access, access.Primary, planned.Selection, cancellationToken);
            return ObjectsOf(plan, planned, names);
        }
        catch (AwsException e) when (e.RegionFailed && access.Failover is not null)
        {
            return await ListAtFailoverAsync(access, plan, planned, cancellationToken);
        }
        catch (AwsException e)
        {
            throw AwsFailures.OfListing(e, planned.Request.Name, plan.ClassRef, access.Primary, access);
        }
    }

    private async Task<IReadOnlyList<PlannedObject>> ListAtFailoverAsync(
        AwsAccess access, AwsClassPlan plan, AwsPlannedSelection planned, CancellationToken cancellationToken)
    {
        try
        {
            return ObjectsOf(plan, planned, await ListInAsync(access, access.Failover!, planned.Selection, cancellationToken));
        }
        catch (AwsException e)
        {
            throw AwsFailures.OfListing(e, planned.Request.Name, plan.ClassRef, access.Failover!, access);
        }
    }

    private async Task<IReadOnlyList<string>> ListInAsync(
        AwsAccess access, AwsRegionAccess region, AwsSelection selection, CancellationToken cancellationToken)
    {
        using AwsKeys keys = await clients.Credentials.GetAsync(region.Login, cancellationToken);
        var call = new RegionCall(access, region.Region, region == access.Failover, keys);
        List<string> names = selection.Store == AwsStore.SecretsManager
            ? await SecretsAsync(call, selection, cancellationToken)
            : await ParametersAsync(call, selection, cancellationToken);
        Func<string, bool> matches = selection.NamePattern is { } pattern ? NamePatterns.Compile(pattern) : static _ => true;
        return [.. names.Where(n => (selection.Path is null || n.StartsWith(selection.Path, StringComparison.Ordinal)) && matches(n))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static List<PlannedObject> ObjectsOf(AwsClassPlan plan, AwsPlannedSelection planned, IReadOnlyList<string> names)
    {
        AwsSelection selection = planned.Selection;
        var objects = new List<PlannedObject>(names.Count);
        foreach (string name in names)
        {
            string rest = selection.StripPrefix is { } prefix && name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
            string path = FilePaths.Translate(rest, planned.Shape.SlashReplacement);
            if (FilePaths.Problem(path) is { } problem)
            {
                throw new SecretsException(
                    FailureReason.FileConflict, $"SecretProviderClass {plan.ClassRef}: {planned.Request.Name}: object {name}", problem, "set stripPrefix or pathTranslation, or narrow the find");
            }

            FileShape shape = planned.Shape with { FilePath = planned.Shape.FilePath is null ? null : path };
            var request = AwsObjectRequest.Create(
                name, selection.Store, new AwsObjectRef(name, null, selection.Label), null, planned.Request.Optional);
            objects.Add(new ShapedObject(request, shape.Hash(), shape));
        }

        return objects;
    }

    private async Task<List<string>> SecretsAsync(RegionCall call, AwsSelection selection, CancellationToken cancellationToken)
    {
        var filters = new List<KeyValuePair<string, IReadOnlyList<string>>>();
        if (selection.Path is not null)
        {
            filters.Add(new("name", [selection.Path]));
        }

        foreach ((string key, string value) in selection.Tags)
        {
            filters.Add(new("tag-key", [key]));
            filters.Add(new("tag-value", [value]));
        }

        var names = new List<string>();
        string? next = null;
        for (int page = 0; page < MaxPages; page++)
        {
            ListSecretsResponse answer = await clients.SecretsManager.ListSecretsAsync(
                new ListSecretsRequest(filters, next), call.Region, call.Keys, cancellationToken);
            names.AddRange(answer.SecretList
                .Where(s => !s.Deleted && selection.Tags.All(t => s.Tags.TryGetValue(t.Key, out string? value) && value == t.Value))
                .Select(s => s.Name));
            next = answer.NextToken;
            if (next is null)
            {
                return names;
            }
        }

        throw TooMany("ListSecrets");
    }

    private async Task<List<string>> ParametersAsync(RegionCall call, AwsSelection selection, CancellationToken cancellationToken)
    {
        var filters = new List<ParameterStringFilter>();
        if (selection.Path is not null)
        {
            filters.Add(new ParameterStringFilter("Name", "BeginsWith", [selection.Path]));
        }

        filters.AddRange(selection.Tags.Select(t => new ParameterStringFilter($"tag:{t.Key}", "Equals", [t.Value])));
        bool hasPath = selection.Tags.Count == 0;
        if (!(hasPath && clients.Denied.Contains(call.Access.Key, Describe)))
        {
            try
            {
                return await PagesAsync(next => clients.Ssm.DescribeParametersAsync(filters, next, call.Region, call.Keys, cancellationToken));
            }
            catch (AwsException e) when (hasPath && e.Reason == FailureReason.AccessDenied)
            {
            }
        }

        // The hierarchy that holds every name with this prefix.
        string folder = selection.Path is ['/', ..] path && path.LastIndexOf('/') > 0 ? path[..path.LastIndexOf('/')] : "/";
        List<string> names = await PagesAsync(
            next => clients.Ssm.GetParametersByPathAsync(folder, next, call.Region, call.Keys, cancellationToken));
        clients.Denied.Remember(call.Access.Key, Describe);
        return names;
    }

    private static async Task<List<string>> PagesAsync(Func<string?, Task<ParameterNames>> page)
    {
        var names = new List<string>();
        string? next = null;
        for (int i = 0; i < MaxPages; i++)
        {
            ParameterNames answer = await page(next);
            names.AddRange(answer.Names);
            next = answer.NextToken;
            if (next is null)
            {
                return names;
            }
        }

        throw TooMany("the listing");
    }

    /// <summary>A part of what there is must never stand for all of it: what it lacks would be taken away from the volume.</summary>
    private static AwsException TooMany(string operation) =>
        new(FailureReason.ProviderError, operation, "TooManyPages", $"more than {MaxPages} pages: narrow the find", null);
}
