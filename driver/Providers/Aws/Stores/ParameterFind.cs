using System.Text;
using CsiSecrets.AwsApi;
using CsiSecrets.AwsApi.SimpleSystemsManagement;
using CsiSecrets.Model;
using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Providers.Aws.Stores;

/// <summary>
/// Finds parameters by the calls that the peer makes. Without tags: GetParametersByPath, which brings the values too, and DescribeParameters
/// where that is denied. With tags: DescribeParameters, the name checked as well.
/// </summary>
internal sealed class ParameterFind(AmazonSimpleSystemsManagementClient client, DeniedOperations denied)
{
    private const string ByPath = "ssm:GetParametersByPath";
    private const int MaxPages = 1000;

    public async Task<IReadOnlyList<FoundSecret>> FindAsync(RegionCall call, FindCriteria criteria, CancellationToken cancellationToken)
    {
        string operation = $"{ByPath}/{criteria.Path}";
        if (criteria.Tags.Count > 0 || denied.Contains(call.Access.Key, operation))
        {
            return await DescribedAsync(call, criteria, cancellationToken);
        }

        try
        {
            return await BelowPathAsync(call, criteria, cancellationToken);
        }
        catch (AwsException e) when (e.Reason == FailureReason.AccessDenied)
        {
            IReadOnlyList<FoundSecret> found = await DescribedAsync(call, criteria, cancellationToken);
            denied.Remember(call.Access.Key, operation);
            return found;
        }
    }

    private async Task<IReadOnlyList<FoundSecret>> BelowPathAsync(RegionCall call, FindCriteria criteria, CancellationToken cancellationToken)
    {
        var found = new SortedDictionary<string, FoundSecret>(StringComparer.Ordinal);
        string path = criteria.Path is { Length: > 0 } given ? given : "/";
        try
        {
            await EachPageAsync(async next =>
            {
                GetParametersResponse answer = await client.GetParameterValuesByPathAsync(path, next, call.Region, call.Keys, cancellationToken);
                foreach (Parameter parameter in answer.Parameters)
                {
                    Take(found, parameter, criteria, cancellationToken);
                }

                return answer.NextToken;
            });
            return [.. found.Values];
        }
        catch
        {
            foreach (FoundSecret one in found.Values)
            {
                one.Content?.Content.Dispose();
            }

            throw;
        }
    }

    private static void Take(SortedDictionary<string, FoundSecret> found, Parameter parameter, FindCriteria criteria, CancellationToken cancellationToken)
    {
        if (parameter.Value is not { } value || found.ContainsKey(parameter.Name) || !IsNamed(parameter.Name, criteria, cancellationToken))
        {
            parameter.Dispose();
            return;
        }

        string version = AwsVersion.OfParameter(parameter.Version, parameter.LastModified, null);
        found[parameter.Name] = new FoundSecret(
            parameter.Name,
            StoreObjects.Of(AwsStore.ParameterStore, parameter.Name, "", tags: false),
            new FetchResult.Value(version, value));
    }

    private async Task<IReadOnlyList<FoundSecret>> DescribedAsync(RegionCall call, FindCriteria criteria, CancellationToken cancellationToken)
    {
        ParameterStringFilter[] filters =
        [
            .. criteria.Tags.Select(t => new ParameterStringFilter($"tag:{t.Key}", "Equals", [t.Value])),
            .. criteria.Path is { Length: > 0 } path ? (ParameterStringFilter[])[new("Path", "Recursive", [path])] : [],
        ];
        var names = new SortedSet<string>(StringComparer.Ordinal);
        await EachPageAsync(async next =>
        {
            ParameterNames answer = await client.DescribeParametersAsync(filters, next, call.Region, call.Keys, cancellationToken);
            names.UnionWith(answer.Names.Where(n => IsNamed(n, criteria, cancellationToken)));
            return answer.NextToken;
        });
        return [.. names.Select(n => new FoundSecret(n, StoreObjects.Of(AwsStore.ParameterStore, n, "", tags: false), null))];
    }

    private static bool IsNamed(string name, FindCriteria criteria, CancellationToken cancellationToken) =>
        criteria.Name?.IsMatch(Encoding.UTF8.GetBytes(name), cancellationToken) != false;

    private static async Task EachPageAsync(Func<string?, Task<string?>> page)
    {
        string? next = null;
        for (int i = 0; i < MaxPages; i++)
        {
            next = await page(next);
            if (next is null)
            {
                return;
            }
        }

        throw new AwsException(FailureReason.ProviderError, "parameters", "TooMany", $"the listing has more than {MaxPages} pages: narrow it by path", null);
    }
}
