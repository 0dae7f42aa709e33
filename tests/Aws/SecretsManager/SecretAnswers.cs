using System.Text.Json.Nodes;

namespace CsiSecrets.Tests.Aws.SecretsManager;

/// <summary>The JSON shapes that several operations share.</summary>
internal static class SecretAnswers
{
    /// <summary>Seconds since 1970 with milliseconds, as JSON 1.1 writes timestamps.</summary>
    public static JsonNode Time(DateTimeOffset time) => Math.Round(time.ToUnixTimeMilliseconds() / 1000.0, 3);

    /// <summary>Dates without a time of day, as LastAccessedDate is.</summary>
    public static JsonNode Day(DateTimeOffset time) => Time(new DateTimeOffset(time.UtcDateTime.Date, TimeSpan.Zero));

    public static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(v => (JsonNode)v)]);

    public static JsonArray Tags(IEnumerable<KeyValuePair<string, string>> tags) =>
        new([.. tags.Select(t => (JsonNode)new JsonObject { ["Key"] = t.Key, ["Value"] = t.Value })]);

    public static JsonObject Named(Secret secret) => new() { ["ARN"] = secret.Arn, ["Name"] = secret.Name };

    public static JsonObject Written(Secret secret, SecretVersion version)
    {
        var answer = Named(secret);
        answer["VersionId"] = version.Id;
        answer["VersionStages"] = Strings(version.Stages);
        return answer;
    }

    public static JsonObject Value(Secret secret, SecretVersion version)
    {
        var answer = Written(secret, version);
        answer["CreatedDate"] = Time(version.Created);
        if (version.Binary is { } binary)
        {
            answer["SecretBinary"] = Convert.ToBase64String(binary);
        }
        else
        {
            answer["SecretString"] = version.Text;
        }

        return answer;
    }

    public static JsonObject Metadata(SecretSummary summary, string versionsName)
    {
        var secret = summary.Source;
        var answer = Named(secret);
        answer["CreatedDate"] = Time(summary.Created);
        answer["LastChangedDate"] = Time(summary.Changed);
        answer["Tags"] = Tags(summary.Tags);
        var versions = new JsonObject();
        foreach (var (id, stages) in summary.Versions)
        {
            versions[id] = Strings(stages);
        }

        answer[versionsName] = versions;
        AddOptional(answer, secret, summary);
        return answer;
    }

    public static JsonArray Replication(Secret secret) => new([.. secret.Replicas.Select(r => (JsonNode)new JsonObject
    {
        ["Region"] = r.Region,
        ["KmsKeyId"] = r.KmsKeyId ?? "alias/aws/secretsmanager",
        ["Status"] = "InSync",
        ["StatusMessage"] = "Replication succeeded",
    })]);

    private static void AddOptional(JsonObject answer, Secret secret, SecretSummary summary)
    {
        void Add(string name, JsonNode? value)
        {
            if (value is not null)
            {
                answer[name] = value;
            }
        }

        Add("Description", summary.Description);
        Add("KmsKeyId", secret.KmsKeyId);
        Add("DeletedDate", summary.Deleted is { } deleted ? Time(deleted) : null);
        Add("LastAccessedDate", secret.Accessed is { } accessed ? Day(accessed) : null);
        Add("LastRotatedDate", secret.Content.Rotated is { } rotated ? Time(rotated) : null);
        Add("RotationEnabled", secret.Content.RotationEnabled ? true : null);
        Add("RotationLambdaARN", secret.Content.RotationLambda);
        Add("RotationRules", secret.Content.RotationDays is { } days ? new JsonObject { ["AutomaticallyAfterDays"] = days } : null);
        Add("PrimaryRegion", secret.PrimaryRegion);
    }
}
