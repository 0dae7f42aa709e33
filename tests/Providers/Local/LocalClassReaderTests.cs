using CsiSecrets.Model;
using CsiSecrets.Providers;
using CsiSecrets.Providers.Local;
using CsiSecrets.Providers.Objects;

namespace CsiSecrets.Tests.Providers.Local;

public sealed class LocalClassReaderTests
{
    private static LocalClassPlan Read(string objects, string? pathTranslation = null)
    {
        var values = new Dictionary<string, string> { ["objects"] = objects, ["region"] = "eu-west-1" };
        if (pathTranslation is not null)
        {
            values["pathTranslation"] = pathTranslation;
        }

        return LocalClassReader.Read(new ClassParameters("shop/db", values));
    }

    [Fact]
    public void AnObject_HasTheSameShapeAsEverywhere()
    {
        LocalClassPlan plan = Read("""
            - objectName: app/db
              objectAlias: db.json
              objectType: secretsmanager
              filePermission: "0440"
              gid: 2000
              optional: true
              jmesPath: [{path: user, objectAlias: db-user, filePermission: "0400"}]
            """);

        ShapedObject one = Assert.IsType<ShapedObject>(Assert.Single(plan.Objects));
        Assert.True(one.Request.Optional);
        Assert.Equal(("app/db", "app/db"), (one.Request.Name, one.Request.ObjectKey));
        Assert.Equal(("db.json", new FileOwnership(0x120, null, 2000)), (one.Shape.FilePath, one.Shape.Access));
        Assert.Equal(new PathPart("user", "db-user", new FileOwnership(0x100, null, 2000), DecodingStrategy.None), Assert.Single(one.Shape.Parts));
    }

    [Fact]
    public void EveryError_IsReportedAtOnce()
    {
        var e = Assert.Throws<SecretsException>(() => Read("""
            - {objectAlias: x}
            - {objectName: a, objectVersion: "1", filePermission: "9"}
            - {objectName: a}
            - {find: {tags: {a: b}}}
            - {find: {name: {regexp: "("}}, objectName: x}
            """));

        Assert.Equal(FailureReason.ClassInvalid, e.Reason);
        foreach (string expected in (string[])
        [
            "SecretProviderClass shop/db",
            "objects[0].objectName: is required",
            "objects[1].objectVersion: provider local has no versions",
            "objects[1].filePermission: Invalid File Permission: 9",
            "found descriptor with duplicate object name a",
            "objects[3].find: must give path or name.regexp",
            "objects[4].objectName: cannot be used together with find",
            "objects[4].find.name.regexp: ",
        ])
        {
            Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ASelection_FindsNamesByPathAndPattern()
    {
        LocalClassPlan plan = Read("- {find: {path: shop/, name: {regexp: 'db$'}, stripPrefix: shop/}, filePermission: '0400'}", "False");

        var selection = Assert.IsType<LocalSelection>(Assert.Single(plan.Selections));
        IReadOnlyList<PlannedObject> found = selection.Objects("shop/db", ["other/db", "shop/a/db", "shop/b"]);
        var one = Assert.IsType<ShapedObject>(Assert.Single(found));
        Assert.Equal(("shop/a/db", "a/db", 0x100), (one.Request.ObjectKey, one.Shape.FilePath, one.Shape.Access.Mode));
    }
}
