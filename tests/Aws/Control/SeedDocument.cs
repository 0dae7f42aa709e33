using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.Faults;
using CsiSecrets.Tests.Aws.Hosting;
using CsiSecrets.Tests.Aws.Iam;
using CsiSecrets.Tests.Aws.Oidc;

namespace CsiSecrets.Tests.Aws.Control;

/// <summary>Reads the JSON of a state file and of POST /_control/seed.</summary>
internal static class SeedDocument
{
    /// <returns>The ARNs, version ids and access keys that came of it.</returns>
    public static JsonObject Apply(EndpointState state, JsonObject seed)
    {
        var seeding = new Seeding(state);
        var answer = new JsonObject();
        JsonArray All(string name) => seed[name] as JsonArray ?? [];
        answer["secrets"] = Each(All("secrets"), s => Secret(seeding, s));
        answer["parameters"] = Each(All("parameters"), p => new JsonObject
        {
            ["version"] = seeding.Parameter(Text(p, "name"), Text(p, "value"), (string?)p["type"] ?? "String", Region(p), (string?)p["label"]),
        });
        answer["users"] = Each(All("users"), u =>
        {
            var key = seeding.User(Text(u, "name"), (string?)u["accessKeyId"], (string?)u["secretAccessKey"], Policies(u));
            return new JsonObject { ["accessKeyId"] = key.Id, ["secretAccessKey"] = key.Secret };
        });
        answer["roles"] = Each(All("roles"), r =>
        {
            var role = seeding.Role(Text(r, "name"), PolicyDocument.Parse(r["trust"]!.ToJsonString()), Policies(r));
            state.Roles.Put(role with { MaxSession = TimeSpan.FromSeconds((int?)r["maxSessionSeconds"] ?? 3600) });
            return new JsonObject { ["arn"] = role.Arn };
        });
        Each(All("oidc"), o => Provider(seeding, o));
        Each(All("podIdentity"), p =>
        {
            state.PodIdentity.Associate(Text(p, "namespace"), Text(p, "serviceAccount"), Text(p, "roleArn"));
            return [];
        });
        Each(All("faults"), f =>
        {
            state.Faults.Add(Fault(f));
            return [];
        });
        return answer;
    }

    private static Fault Fault(JsonObject f) => new()
    {
        Kind = Enum.TryParse<FaultKind>((string?)f["kind"], ignoreCase: true, out var kind) ? kind : throw new FormatException(
            $"a fault's kind is one of {string.Join(", ", Enum.GetNames<FaultKind>())}, not '{f["kind"]}'"),
        Operation = (string?)f["operation"] ?? "*",
        Principal = (string?)f["principal"] ?? "*",
        Region = (string?)f["region"] ?? "*",
        Object = (string?)f["object"] ?? "*",
        Status = (int?)f["status"] ?? 503,
        Code = (string?)f["code"] ?? "InternalFailure",
        Delay = TimeSpan.FromMilliseconds((double?)f["delayMs"] ?? 0),
        Times = (int?)f["times"],
        Body = (string?)f["body"] ?? "",
        ContentType = (string?)f["contentType"] ?? "application/x-amz-json-1.1",
    };

    private static JsonObject Secret(Seeding seeding, JsonObject s)
    {
        var tags = (s["tags"] as JsonObject)?.ToImmutableSortedDictionary(t => t.Key, t => t.Value!.ToString(), StringComparer.Ordinal);
        var binary = (string?)s["binary"] is { } encoded ? Convert.FromBase64String(encoded) : null;
        var (arn, version) = seeding.Secret(
            Text(s, "name"), (string?)s["value"], binary, Region(s), tags, (string?)s["kmsKeyId"], (string?)s["description"]);
        return new JsonObject { ["arn"] = arn, ["versionId"] = version };
    }

    private static JsonObject Provider(Seeding seeding, JsonObject o)
    {
        var clients = OneOrMany.Read(o["clientIds"]).ToArray();
        seeding.Oidc(o["jwks"] is { } jwks
            ? OidcProvider.FromJwks(Text(o, "issuer"), jwks.ToJsonString(), clients)
            : OidcProvider.FromPem(Text(o, "issuer"), Text(o, "publicKey"), clients));
        return [];
    }

    private static PolicyDocument[] Policies(JsonObject json) =>
        [.. (json["policies"] as JsonArray ?? []).Select(p => PolicyDocument.Parse(p!.ToJsonString()))];

    private static JsonArray Each(JsonArray items, Func<JsonObject, JsonObject> apply) =>
        new([.. items.Select(i => (JsonNode)apply(i!.AsObject()))]);

    private static string Text(JsonObject json, string name) =>
        (string?)json[name] ?? throw new FormatException($"'{name}' is missing");

    private static string Region(JsonObject json) => (string?)json["region"] ?? Seeding.DefaultRegion;
}
