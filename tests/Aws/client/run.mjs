// Drives the endpoint with AWS's own JavaScript SDK. Prints one line for each check; exits 1 at the first that fails.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [endpoint, packages, accessKeyId, secretAccessKey, roleArn, webToken, otherToken] = process.argv.slice(2);
const require = createRequire(pathToFileURL(path.join(packages, "package.json")));
const SM = require("@aws-sdk/client-secrets-manager");
const SSM = require("@aws-sdk/client-ssm");
const STS = require("@aws-sdk/client-sts");
const region = "eu-central-1";
const options = { endpoint, region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 };
const sm = new SM.SecretsManagerClient(options);
const ssm = new SSM.SSMClient(options);
const sts = new STS.STSClient(options);
const check = async (name, body) => { await body(); console.log(`ok ${name}`); };
const fails = (promise, name) => assert.rejects(promise, (e) => { assert.equal(e.name, name, `${e.name}: ${e.message}`); return true; });
const get = (SecretId, more = {}) => sm.send(new SM.GetSecretValueCommand({ SecretId, ...more }));

await check("create and get", async () => {
  const made = await sm.send(new SM.CreateSecretCommand({ Name: "app/db", SecretString: "v1", Tags: [{ Key: "team", Value: "blue" }] }));
  assert.match(made.ARN, /^arn:aws:secretsmanager:eu-central-1:\d{12}:secret:app\/db-[A-Za-z0-9]{6}$/);
  assert.equal((await get(made.ARN)).SecretString, "v1");
  assert.equal((await get(made.ARN.slice(0, -7))).SecretString, "v1");
  await fails(sm.send(new SM.CreateSecretCommand({ Name: "app/db", SecretString: "other" })), "ResourceExistsException");
  await fails(get("app/missing"), "ResourceNotFoundException");
});
await check("binary", async () => {
  await sm.send(new SM.CreateSecretCommand({ Name: "app/bin", SecretBinary: Uint8Array.from([0, 255, 7]) }));
  assert.deepEqual([...(await get("app/bin")).SecretBinary], [0, 255, 7]);
});
await check("rotate by stages", async () => {
  const pending = await sm.send(new SM.PutSecretValueCommand({ SecretId: "app/db", SecretString: "v2", VersionStages: ["AWSPENDING"] }));
  assert.equal((await get("app/db")).SecretString, "v1");
  const current = (await get("app/db")).VersionId;
  await fails(sm.send(new SM.UpdateSecretVersionStageCommand({ SecretId: "app/db", VersionStage: "AWSCURRENT", MoveToVersionId: pending.VersionId })), "InvalidParameterException");
  await sm.send(new SM.UpdateSecretVersionStageCommand({ SecretId: "app/db", VersionStage: "AWSCURRENT", MoveToVersionId: pending.VersionId, RemoveFromVersionId: current }));
  assert.equal((await get("app/db")).SecretString, "v2");
  assert.equal((await get("app/db", { VersionStage: "AWSPREVIOUS" })).SecretString, "v1");
  const described = await sm.send(new SM.DescribeSecretCommand({ SecretId: "app/db" }));
  assert.deepEqual(described.VersionIdsToStages[current], ["AWSPREVIOUS"]);
  assert.ok(described.LastChangedDate instanceof Date);
});
await check("batch with an item's error", async () => {
  const batch = await sm.send(new SM.BatchGetSecretValueCommand({ SecretIdList: ["app/db", "app/none", "app/bin"] }));
  assert.deepEqual(batch.SecretValues.map((s) => s.Name), ["app/db", "app/bin"]);
  assert.equal(batch.Errors[0].ErrorCode, "ResourceNotFoundException");
});
await check("list with filters and pages", async () => {
  for (let i = 0; i < 5; i++) await sm.send(new SM.CreateSecretCommand({ Name: `many/${i}`, SecretString: "x" }));
  const names = [];
  for await (const page of SM.paginateListSecrets({ client: sm, pageSize: 2 }, { Filters: [{ Key: "name", Values: ["many/"] }] })) {
    assert.ok(page.SecretList.length <= 2);
    names.push(...page.SecretList.map((s) => s.Name));
  }
  assert.deepEqual(names.sort(), [0, 1, 2, 3, 4].map((i) => `many/${i}`));
  const tagged = await sm.send(new SM.ListSecretsCommand({ Filters: [{ Key: "tag-value", Values: ["blue"] }] }));
  assert.deepEqual(tagged.SecretList.map((s) => s.Name), ["app/db"]);
});
await check("delete and restore", async () => {
  const gone = await sm.send(new SM.DeleteSecretCommand({ SecretId: "app/bin", RecoveryWindowInDays: 7 }));
  assert.ok(gone.DeletionDate > new Date());
  await fails(get("app/bin"), "InvalidRequestException");
  await sm.send(new SM.RestoreSecretCommand({ SecretId: "app/bin" }));
  await get("app/bin");
  await sm.send(new SM.DeleteSecretCommand({ SecretId: "app/bin", ForceDeleteWithoutRecovery: true }));
  await fails(get("app/bin"), "ResourceNotFoundException");
});
await check("parameters", async () => {
  const put = (Name, Value, Type, more = {}) => ssm.send(new SSM.PutParameterCommand({ Name, Value, Type, ...more }));
  await put("/p/a", "one", "String");
  await put("/p/a", "two", "String", { Overwrite: true });
  await put("/p/deep/b", "hidden", "SecureString");
  await fails(put("/p/a", "three", "String"), "ParameterAlreadyExists");
  await ssm.send(new SSM.LabelParameterVersionCommand({ Name: "/p/a", ParameterVersion: 1, Labels: ["old"] }));
  const many = await ssm.send(new SSM.GetParametersCommand({ Names: ["/p/a:1", "/p/none"], WithDecryption: true }));
  assert.equal(many.Parameters[0].Value, "one");
  assert.deepEqual(many.InvalidParameters, ["/p/none"]);
  const one = async (Name, WithDecryption) => (await ssm.send(new SSM.GetParameterCommand({ Name, WithDecryption }))).Parameter.Value;
  assert.equal(await one("/p/a:old", false), "one");
  assert.equal(await one("/p/deep/b", true), "hidden");
  assert.notEqual(await one("/p/deep/b", false), "hidden");
  const byPath = await ssm.send(new SSM.GetParametersByPathCommand({ Path: "/p", Recursive: true, WithDecryption: true }));
  assert.deepEqual(byPath.Parameters.map((p) => p.Name), ["/p/a", "/p/deep/b"]);
  await fails(one("/p/none", false), "ParameterNotFound");
});
await check("identity and roles", async () => {
  assert.match((await sts.send(new STS.GetCallerIdentityCommand({}))).Arn, /:user\/node$/);
  const anonymous = new STS.STSClient({ endpoint, region, maxAttempts: 1, credentials: { accessKeyId: "none", secretAccessKey: "none" } });
  const assume = (WebIdentityToken, RoleSessionName = "ns@sa") =>
    anonymous.send(new STS.AssumeRoleWithWebIdentityCommand({ RoleArn: roleArn, RoleSessionName, WebIdentityToken }));
  const c = (await assume(webToken)).Credentials;
  const session = { accessKeyId: c.AccessKeyId, secretAccessKey: c.SecretAccessKey, sessionToken: c.SessionToken };
  const asRole = new SM.SecretsManagerClient({ ...options, credentials: session });
  assert.equal((await asRole.send(new SM.GetSecretValueCommand({ SecretId: "app/db" }))).SecretString, "v2");
  await fails(asRole.send(new SM.DescribeSecretCommand({ SecretId: "app/db" })), "AccessDeniedException");
  await fails(assume(otherToken), "AccessDenied");
  await fails(assume(webToken.slice(0, -8) + "AAAAAAAA"), "InvalidIdentityTokenException");
  await fails(assume(webToken, "no spaces please"), "ValidationError");
});
await check("wrong keys", async () => {
  const wrong = (credentials) => new SM.SecretsManagerClient({ ...options, credentials }).send(new SM.ListSecretsCommand({}));
  await fails(wrong({ accessKeyId, secretAccessKey: "wrong" }), "InvalidSignatureException");
  await fails(wrong({ accessKeyId: "AKIANOBODY", secretAccessKey }), "UnrecognizedClientException");
  await fails(wrong({ accessKeyId, secretAccessKey, sessionToken: "forged" }), "UnrecognizedClientException");
});
console.log("all passed");
