using CsiSecrets.AwsApi;
using CsiSecrets.AwsApi.SimpleSystemsManagement;
using CsiSecrets.Model;

namespace CsiSecrets.Providers.Aws;

/// <summary>Reads parameters of one region by tens. One that is denied or malformed makes AWS refuse its whole batch: then each is asked alone,
/// and a denied one from then on.</summary>
internal sealed class ParameterReads(AmazonSimpleSystemsManagementClient client, DeniedOperations denied)
{
    private const int Parallelism = 4;
    private const string Many = "ssm:GetParameters";

    public async Task FetchAsync(RegionCall call, IReadOnlyList<FetchSlot> slots, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Batches(call, slots), options, async (batch, token) => await BatchAsync(call, batch, token));
    }

    private static string DeniedName(string id) => $"ssm:GetParameters/{id}";

    private static string WireName(AwsObjectRef one) => (one.Version ?? one.Label) is { } selector ? $"{one.Id}:{selector}" : one.Id;

    /// <summary>A store's policy that allows GetParameter alone.</summary>
    private bool Singly(RegionCall call, FetchSlot slot) => slot.Request.ForStore && denied.Contains(call.Access.Key, Many);

    /// <summary>At most ten in each, no parameter twice in one: AWS answers by bare name.</summary>
    private List<List<FetchSlot>> Batches(RegionCall call, IReadOnlyList<FetchSlot> slots)
    {
        var batches = new List<List<FetchSlot>>();
        foreach (FetchSlot slot in slots)
        {
            string id = slot.RefIn(call).Id;
            List<FetchSlot>? batch = denied.Contains(call.Access.Key, DeniedName(id)) || Singly(call, slot)
                ? null
                : batches.Find(b => b.Count < AmazonSimpleSystemsManagementClient.BatchSize
                    && !denied.Contains(call.Access.Key, DeniedName(b[0].RefIn(call).Id)) && !Singly(call, b[0]) && b.TrueForAll(s => s.RefIn(call).Id != id));
            if (batch is null)
            {
                batches.Add([slot]);
            }
            else
            {
                batch.Add(slot);
            }
        }

        return batches;
    }

    private async Task BatchAsync(RegionCall call, List<FetchSlot> batch, CancellationToken cancellationToken)
    {
        try
        {
            if (Singly(call, batch[0]))
            {
                await OneAsync(call, batch[0], cancellationToken);
                return;
            }

            string[] names = [.. batch.Select(s => WireName(s.RefIn(call)))];
            GetParametersResponse answer = await client.GetParametersAsync(names, call.Region, call.Keys, cancellationToken);
            Take(call, batch, answer);
        }
        catch (AwsException e) when (batch is [{ Request.ForStore: true }] && e.Reason == FailureReason.AccessDenied && !Singly(call, batch[0]))
        {
            await OneAfterDenialAsync(call, batch[0], cancellationToken);
        }
        catch (AwsException e) when (batch.Count > 1 && e.Reason is (FailureReason.AccessDenied or FailureReason.ProviderError or FailureReason.SecretNotFound))
        {
            foreach (FetchSlot slot in batch)
            {
                await BatchAsync(call, [slot], cancellationToken);
                if (slot.Failure is { Reason: FailureReason.AccessDenied })
                {
                    denied.Remember(call.Access.Key, DeniedName(slot.RefIn(call).Id));
                }
            }
        }
        catch (AwsException e)
        {
            batch.ForEach(s => s.Failure = e);
        }
    }

    private async Task OneAsync(RegionCall call, FetchSlot slot, CancellationToken cancellationToken)
    {
        GetParametersResponse answer = await client.GetParameterAsync(WireName(slot.RefIn(call)), call.Region, call.Keys, cancellationToken);
        Take(call, [slot], answer);
    }

    /// <summary>What GetParameters refuses, GetParameter may allow: then it is asked alone from now on. Absence is an answer, too.</summary>
    private async Task OneAfterDenialAsync(RegionCall call, FetchSlot slot, CancellationToken cancellationToken)
    {
        try
        {
            await OneAsync(call, slot, cancellationToken);
            denied.Remember(call.Access.Key, Many);
        }
        catch (AwsException e)
        {
            slot.Failure = e;
            if (e.Reason == FailureReason.SecretNotFound)
            {
                denied.Remember(call.Access.Key, Many);
            }
        }
    }

    private static void Take(RegionCall call, List<FetchSlot> batch, GetParametersResponse answer)
    {
        foreach (Parameter parameter in answer.Parameters)
        {
            FetchSlot? slot = batch.Find(s => s.Result is null && s.RefIn(call).Id is { } id && (id == parameter.Name || id == parameter.ARN));
            if (slot is null || parameter.Value is null)
            {
                parameter.Dispose();
                continue;
            }

            slot.Found(AwsVersion.OfParameter(parameter.Version, parameter.LastModified, call.Qualifier), parameter.Value);
        }

        foreach (FetchSlot slot in batch.Where(s => s.Result is null))
        {
            bool invalid = answer.InvalidParameters.Any(i => i == WireName(slot.RefIn(call)) || i == slot.RefIn(call).Id);
            slot.Failure = invalid
                ? new AwsException(FailureReason.SecretNotFound, "GetParameters", "InvalidParameters", WireName(slot.RefIn(call)), null)
                : new AwsException(FailureReason.ProviderError, "GetParameters", "NoAnswer", "AWS's answer does not mention the parameter", null);
        }
    }
}
