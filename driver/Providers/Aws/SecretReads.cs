using CsiSecrets.AwsApi;
using CsiSecrets.AwsApi.SecretsManager;
using CsiSecrets.Model;

namespace CsiSecrets.Providers.Aws;

/// <summary>
/// Reads secrets of one region with the fewest and cheapest calls: a version probe where the version is known, batches where they save at
/// least two calls, single reads for the rest and wherever a policy denies the cheaper call.
/// </summary>
internal sealed class SecretReads(AmazonSecretsManagerClient client, DeniedOperations denied)
{
    private const string Probe = "secretsmanager:DescribeSecret";
    private const string Batch = "secretsmanager:BatchGetSecretValue";
    private const int SmallestBatch = 3;
    private const int Parallelism = 16;

    public async Task FetchAsync(RegionCall call, IReadOnlyList<FetchSlot> slots, CancellationToken cancellationToken)
    {
        // One batch costs less than the probes of what it reads.
        bool batches = slots.Count(s => s.Request.ForStore && s.RefIn(call).IsCurrent) >= SmallestBatch && !denied.Contains(call.Access.Key, Batch);
        FetchSlot[] known =
        [
            .. slots.Where(s => s.KnownVersion is not null && !denied.Contains(call.Access.Key, Probe)
                && !(batches && s.Request.ForStore && s.RefIn(call).IsCurrent)),
        ];
        await EachAsync(known, ProbeAsync, call, cancellationToken);
        FetchSlot[] open = Open(slots);
        FetchSlot[] plain = [.. open.Where(s => s.RefIn(call).IsCurrent)];
        if (plain.Length >= SmallestBatch && !denied.Contains(call.Access.Key, Batch))
        {
            FetchSlot[][] chunks = [.. plain.DistinctBy(s => s.RefIn(call).Id).Chunk(AmazonSecretsManagerClient.BatchSize)];
            await EachAsync([.. chunks.Where(c => c.Length >= SmallestBatch)], BatchAsync, call, cancellationToken);
            open = Open(slots);
        }

        await EachAsync(open, ReadAsync, call, cancellationToken);
    }

    private static FetchSlot[] Open(IReadOnlyList<FetchSlot> slots) => [.. slots.Where(s => s.Result is null && s.Failure is null)];

    private static Task EachAsync<T>(
        T[] all, Func<RegionCall, T, CancellationToken, Task> one, RegionCall call, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            all,
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            async (item, token) => await one(call, item, token));

    private async Task ProbeAsync(RegionCall call, FetchSlot slot, CancellationToken cancellationToken)
    {
        AwsObjectRef wanted = slot.RefIn(call);
        try
        {
            DescribeSecretResponse found = await client.DescribeSecretAsync(wanted.Id, call.Region, call.Keys, cancellationToken);
            if (!found.Deleted && CurrentVersion(found, wanted) is { } id
                && AwsVersion.OfSecret(id, found.ARN, call.Qualifier) == slot.KnownVersion)
            {
                slot.StillCurrent(slot.KnownVersion!);
            }
        }
        catch (AwsException e) when (e.Reason == FailureReason.AccessDenied)
        {
            slot.ProbeDenied = true;
        }
        catch (AwsException e)
        {
            slot.Failure = e;
        }
    }

    /// <summary>The version that a read would answer; null when only a read can tell.</summary>
    private static string? CurrentVersion(DescribeSecretResponse found, AwsObjectRef wanted)
    {
        if (wanted.Version is { } pinned)
        {
            return found.VersionIdsToStages.TryGetValue(pinned, out IReadOnlyList<string>? stages)
                && (wanted.Label is null || stages.Contains(wanted.Label)) ? pinned : null;
        }

        string stage = wanted.Label ?? "AWSCURRENT";
        return found.VersionIdsToStages.FirstOrDefault(v => v.Value.Contains(stage)).Key;
    }

    private async Task BatchAsync(RegionCall call, FetchSlot[] slots, CancellationToken cancellationToken)
    {
        string[] ids = [.. slots.Select(s => s.RefIn(call).Id)];
        string? next = null;
        do
        {
            BatchGetSecretValueResponse answer;
            try
            {
                answer = await client.BatchGetSecretValueAsync(new BatchGetSecretValueRequest(ids, next), call.Region, call.Keys, cancellationToken);
            }
            catch (AwsException e)
            {
                GiveUpBatch(call, slots, e);
                return;
            }

            Take(call, slots, answer);
            next = answer.NextToken;
        }
        while (next is not null);
    }

    /// <summary>What the batch left open is read singly, unless the region itself is gone. Throttling is the batch's alone: it has a limit
    /// a hundred times lower than single reads.</summary>
    private void GiveUpBatch(RegionCall call, FetchSlot[] slots, AwsException failure)
    {
        if (failure.Reason == FailureReason.AccessDenied || failure.Code is "UnknownOperationException" or "InvalidAction")
        {
            denied.Remember(call.Access.Key, Batch);
        }
        else if (failure.Reason is FailureReason.ProviderUnavailable or FailureReason.ProviderTimeout or FailureReason.Unauthenticated)
        {
            foreach (FetchSlot slot in Open(slots))
            {
                slot.Failure = failure;
            }
        }
    }

    private void Take(RegionCall call, FetchSlot[] slots, BatchGetSecretValueResponse answer)
    {
        foreach (SecretValueEntry entry in answer.SecretValues)
        {
            FetchSlot? slot = Array.Find(slots, s => s.Result is null && Names(s.RefIn(call).Id, entry.Name, entry.ARN));
            if (slot is null || entry.Content is null)
            {
                entry.Dispose();
                continue;
            }

            Found(call, slot, entry);
        }

        foreach (ApiErrorType error in answer.Errors)
        {
            FetchSlot? slot = Array.Find(slots, s => s.Result is null && Names(s.RefIn(call).Id, error.SecretId, error.SecretId));
            FailureReason reason = AwsErrors.ReasonOf(error.ErrorCode, error.Message, System.Net.HttpStatusCode.BadRequest);
            if (slot is not null && reason is not (FailureReason.Throttled or FailureReason.ProviderUnavailable or FailureReason.ProviderTimeout))
            {
                // What may pass is left open: the single read has retries.
                slot.Failure = new AwsException(reason, "BatchGetSecretValue", error.ErrorCode, AwsErrors.Clean(error.Message), null);
            }
        }
    }

    /// <summary>A value where the probe was denied shows that the policy allows reads alone, not that it denies this secret.</summary>
    private void Found(RegionCall call, FetchSlot slot, SecretValueEntry entry)
    {
        if (slot.ProbeDenied)
        {
            denied.Remember(call.Access.Key, Probe);
        }

        slot.Found(AwsVersion.OfSecret(entry.VersionId, entry.ARN, call.Qualifier), entry.Content!);
    }

    /// <summary>Whether a request's id means this secret: its name, its ARN, or its ARN without the six random characters.</summary>
    private static bool Names(string id, string? name, string? arn) =>
        id == name || id == arn || (arn is not null && Arn.LooksLikeOne(id) && arn.Length == id.Length + 7 && arn.StartsWith(id + "-", StringComparison.Ordinal));

    private async Task ReadAsync(RegionCall call, FetchSlot slot, CancellationToken cancellationToken)
    {
        AwsObjectRef wanted = slot.RefIn(call);
        try
        {
            SecretValueEntry found = await client.GetSecretValueAsync(
                new GetSecretValueRequest(wanted.Id, wanted.Version, wanted.Label), call.Region, call.Keys, cancellationToken);
            if (found.Content is null)
            {
                slot.Failure = new AwsException(FailureReason.ProviderError, "GetSecretValue", "NoValue", "the secret has neither SecretString nor SecretBinary", null);
                return;
            }

            Found(call, slot, found);
        }
        catch (AwsException e)
        {
            slot.Failure = e;
        }
    }
}
