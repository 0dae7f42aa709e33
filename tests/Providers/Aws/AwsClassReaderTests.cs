using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Aws;
using CsiSecrets.Providers.Objects;

namespace CsiSecrets.Tests.Providers.Aws;

public class AwsClassReaderTests
{
    private static AwsClassPlan Read(string? objects, params (string Name, string Value)[] more)
    {
        var values = more.ToDictionary(m => m.Name, m => m.Value);
        if (objects is not null)
        {
            values["objects"] = objects;
        }

        return new AwsClassReader("us-east-1").Read(new ClassParameters("shop/db", values));
    }

    private static string Error(string? objects, params (string Name, string Value)[] more)
    {
        SecretsException why = Assert.Throws<SecretsException>(() => Read(objects, more));
        Assert.Equal(FailureReason.ClassInvalid, why.Reason);
        return why.Message;
    }

    private static FileShape Shape(PlannedObject planned) => Assert.IsType<ShapedObject>(planned).Shape;

    [Fact]
    public void Read_AllFields_AreKept()
    {
        AwsClassPlan plan = Read(
            """
            - objectName: arn:aws:secretsmanager:us-east-1:111122223333:secret:app/db-AbCdEf
              objectType: secretsmanager
              objectAlias: db
              objectVersion: 12345678901234567890123456789012
              objectVersionLabel: AWSPREVIOUS
              filePermission: "0440"
              uid: 1000
              gid: 2000
              optional: true
              decodingStrategy: Base64
              omitRaw: true
              somethingNew: {a: b}
              jmesPath:
                - {path: user, objectAlias: u/ser, filePermission: "0400", decodingStrategy: hex}
              failoverObject: {objectName: other, objectVersion: 12345678901234567890123456789012}
            """,
            ("failoverRegion", "eu-west-1"));
        var request = Assert.IsType<AwsObjectRequest>(plan.Objects[0].Request);
        FileShape shape = Shape(plan.Objects[0]);
        Assert.Equal(AwsStore.SecretsManager, request.Store);
        Assert.True(request.Optional);
        Assert.Equal("AWSPREVIOUS", request.Primary.Label);
        Assert.Equal(new AwsObjectRef("other", "12345678901234567890123456789012", "AWSPREVIOUS"), request.Failover);
        Assert.Null(shape.FilePath);
        Assert.Equal(new PathPart("user", "u_ser", new FileOwnership(0x100, 1000, 2000), DecodingStrategy.Hex), Assert.Single(shape.Parts));
        Assert.Equal(new FileOwnership(0x120, 1000, 2000), shape.Access);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    public void Read_NoObjects_IsAnEmptyPlan(string objects) => Assert.Empty(Read(objects).Objects);

    [Fact]
    public void Read_FieldNamesInAnyCaseAndNumbersAsText_AreAccepted()
    {
        PlannedObject planned = Assert.Single(Read("[{OBJECTNAME: 42, objecttype: ssmparameter, objectVersion: 3}]").Objects);
        Assert.Equal("42", planned.Request.Name);
        Assert.Equal("3", ((AwsObjectRequest)planned.Request).Primary.Version);
    }

    [Theory]
    [InlineData(null, "_a_b")]
    [InlineData("-", "-a-b")]
    [InlineData("FALSE", "a/b")]
    public void Read_PathTranslation_MakesThePath(string? translation, string path)
    {
        (string, string)[] more = translation is null ? [] : [("pathTranslation", translation)];
        Assert.Equal(path, Shape(Read("[{objectName: /a/b, objectType: ssmparameter}]", more).Objects[0]).FilePath);
    }

    [Fact]
    public void Read_ManyErrors_NamesEachWithItsField()
    {
        string error = Error(
            """
            - {objectType: secretsmanager}
            - {objectName: a}
            - {objectName: b, objectType: ssm}
            - {objectName: c, objectType: ssmparameter, objectVersion: 1, objectVersionLabel: x}
            - {objectName: d, objectType: secretsmanager, filePermission: "888", uid: -1, decodingStrategy: rot13}
            - {objectName: e, objectType: secretsmanager, jmesPath: [{path: x}, {objectAlias: y}, {path: 'a[', objectAlias: z}]}
            - {objectName: "arn:aws:secretsmanager:eu-west-1:1:secret:x", objectAlias: f}
            - {objectName: g, objectType: secretsmanager, failoverObject: {objectName: g2, objectVersion: v}}
            - {find: {}, objectType: secretsmanager}
            - {find: {name: {regexp: '('}}, objectType: other, objectAlias: q}
            - text
            """,
            ("pathTranslation", "ab"), ("usePodIdentity", "yes"), ("role", "r"), ("failoverRegion", ""));
        foreach (string part in (string[])["objects[0].objectName: Object name must be specified", "objects[1].objectName: Must use objectType when a full ARN is not specified: a",
            "objects[2].objectType: Invalid objectType: ssm", "objects[3].objectVersion: ssm parameters can not specify both", "objects[4].filePermission", "objects[4].uid",
            "objects[4].decodingStrategy", "objects[5].jmesPath[0].objectAlias: Object alias must be specified", "objects[5].jmesPath[1].path: Path must be specified",
            "objects[5].jmesPath[2].path", "objects[6].objectName: ARN region must match region us-east-1", "objects[7].objectAlias: object alias must be specified",
            "objects[7].failoverObject: failover object allowed only", "objects[7].failoverObject.objectVersion: object versions must match", "objects[8].find", "objects[9].find.name.regexp",
            "objects[9].objectType", "objects[9].objectAlias", "objects[10]: must be a map", "pathTranslation: pathTranslation must be either 'False' or a single character string",
            "usePodIdentity", "role: must be the ARN"])
        {
            Assert.Contains(part, error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(null, "objects: is required")]
    [InlineData("a: b", "objects: Failed to load SecretProviderClass")]
    [InlineData("[", "objects: Failed to load SecretProviderClass: not valid YAML")]
    [InlineData("[{objectName: ../a, objectType: ssmparameter}]", "path can not contain ../")]
    [InlineData("[{objectName: a, objectType: ssmparameter, omitRaw: true}]", "objects[0].omitRaw: leaves no file")]
    [InlineData("[{objectName: 'arn:aws:x', objectType: ssmparameter}]", "Invalid ARN format in object name")]
    [InlineData("[{objectName: 'arn:aws:s3:us-east-1:1:x'}]", "Invalid service in ARN: s3")]
    [InlineData("[{objectName: 'arn:aws:ssm:us-east-1:1:x', objectType: secretsmanager}]", "objectType does not match ARN")]
    public void Read_OneError_IsNamed(string? objects, string part) => Assert.Contains(part, Error(objects, ("pathTranslation", "False")), StringComparison.Ordinal);

    [Theory]
    [InlineData("objectAlias: x", "objectAlias: x", "duplicate object alias x, and no version label")]
    [InlineData("objectVersionLabel: l", "objectVersionLabel: l", "no object alias, and duplicate version label l")]
    [InlineData("objectAlias: x, objectVersionLabel: l", "objectAlias: x, objectVersionLabel: l", "duplicate object alias x, and duplicate version label l")]
    [InlineData("optional: false", "optional: false", "no object alias, and no version label")]
    [InlineData("objectAlias: x", "objectAlias: x, objectVersionLabel: l", "found duplicate object alias x")]
    public void Read_DuplicateNames_AreRefusedAsThePeerDoes(string first, string second, string error) => Assert.Contains(
        error, Error($"[{{objectName: a, objectType: ssmparameter, {first}}}, {{objectName: a, objectType: ssmparameter, {second}}}]"), StringComparison.Ordinal);

    [Fact]
    public void Read_SameNameOtherLabel_PassesAndTheLastFileWins()
    {
        AwsClassPlan plan = Read("[{objectName: a, objectType: ssmparameter, objectVersionLabel: l}, {objectName: a, objectType: ssmparameter, objectVersionLabel: m}]");
        Assert.Equal([null, "a"], plan.Objects.Select(o => Shape(o).FilePath));
        Assert.Equal(2, plan.Objects.Select(o => o.Request.ObjectKey).Distinct().Count());
    }

    [Fact]
    public void Read_ShapeHash_ChangesWithEveryPartOfTheShape()
    {
        string[] shapes = ["", ", objectAlias: x", ", filePermission: '0600'", ", uid: 1", ", gid: 1", ", decodingStrategy: hex", ", expand: true",
            ", expand: true, expandPrefix: p", ", expand: true, omitRaw: false", ", jmesPath: [{path: a, objectAlias: b}]", ", jmesPath: [{path: b, objectAlias: b}]"];
        string[] hashes = [.. shapes.Select(s => Read($"[{{objectName: a, objectType: ssmparameter{s}}}]").Objects[0].ShapeHash)];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
        Assert.Equal(hashes[0], Read("[{objectType: ssmparameter, objectName: a}]").Objects[0].ShapeHash);
    }
}
