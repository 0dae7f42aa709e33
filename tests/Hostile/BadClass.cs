using System.Text;

namespace CsiSecrets.Tests.Hostile;

/// <summary>Parameters of a class of the AWS provider that cannot be meant, by what is wrong with them.</summary>
/// <param name="Field">How the message names the field.</param>
/// <param name="Parameters">Parameters beside the region; objects among them.</param>
internal sealed record BadClass(string Field, params (string Name, string Value)[] Parameters)
{
    private const string Good = "- {objectName: db, objectType: secretsmanager";

    public static readonly IReadOnlyDictionary<string, BadClass> All = Build();

    public static TheoryData<string> Names => [.. All.Keys];

    private static BadClass Objects(string field, string yaml) => new(field, ("objects", yaml));

    private static BadClass Entry(string field, string rest) => Objects($"objects[0].{field}", $"{Good}, {rest}}}");

    private static BadClass With(string field, string value) => new(field, ("objects", Good + "}"), (field, value));

    private static string Laughs()
    {
        var yaml = new StringBuilder("- &a0 {objectName: db, objectType: secretsmanager}\n");
        for (int i = 1; i < 40; i++)
        {
            yaml.Append($"- &a{i} [*a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}]\n");
        }

        return yaml.ToString();
    }

    private static Dictionary<string, BadClass> Build() => new()
    {
        ["objects absent"] = new("objects", ("region", "us-east-1")),
        ["objects empty"] = Objects("objects", ""),
        ["objects blank"] = Objects("objects", " \n\t "),
        ["objects a text"] = Objects("objects", "db"),
        ["objects a map"] = Objects("objects", "{objectName: db}"),
        ["objects unclosed"] = Objects("objects", "[{objectName: db"),
        ["objects unclosed quote"] = Objects("objects", "- objectName: \"db"),
        ["objects tabs"] = Objects("objects", "-\tobjectName: db\n\t objectType: x"),
        ["objects NUL"] = Objects("objects", "- objectName: d\0b"),
        ["objects lone colon"] = Objects("objects", "- : :\n  - }"),
        ["objects bad tag"] = Objects("objects", "- !<!> db"),
        ["objects unknown alias"] = Objects("objects", "- *nobody"),
        ["objects an alias of itself"] = Objects("objects[0]", "- &a [*a]"),
        ["objects a key of itself"] = Objects("objects", "- &a {? *a : 1}"),
        ["objects duplicate key"] = Objects("objects", "- {objectName: db, objectName: other, objectType: secretsmanager}"),
        ["objects nested 500,000 deep"] = Objects("objects", new string('[', 500_000)),
        ["objects maps nested 100,000 deep"] = Objects("objects", new StringBuilder().Insert(0, "{a: ", 100_000).ToString()),
        ["objects lists nested 5,000 deep"] = Objects("objects", new StringBuilder().Insert(0, "- ", 5_000).Append('x').ToString()),
        ["objects a billion aliases"] = Objects("objects[1]", Laughs()),
        ["objects 10,000 without a name"] = Objects("objects[0].objectName", new StringBuilder().Insert(0, "- {objectType: x}\n", 10_000).ToString()),
        ["entry a text"] = Objects("objects[0]", "- db"),
        ["entry null"] = Objects("objects[0]", "- null"),
        ["entry a list"] = Objects("objects[0]", "- [db]"),
        ["objectName absent"] = Objects("objects[0].objectName", "- {objectType: secretsmanager}"),
        ["objectName empty"] = Objects("objects[0].objectName", "- {objectName: '', objectType: secretsmanager}"),
        ["objectName a map"] = Objects("objects[0].objectName", "- {objectName: {a: b}, objectType: secretsmanager}"),
        ["objectName folder up"] = new("objects[0].objectName", ("objects", "- {objectName: ../../etc/passwd, objectType: secretsmanager}"), ("pathTranslation", "False")),
        ["objectName half an ARN"] = Objects("objects[0].objectName", "- {objectName: 'arn:aws', objectType: secretsmanager}"),
        ["objectName of another service"] = Objects("objects[0].objectName", "- {objectName: 'arn:aws:s3:us-east-1:123456789012:secret:x'}"),
        ["objectType absent"] = Objects("objects[0].objectName", "- {objectName: db}"),
        ["objectType unknown"] = Objects("objects[0].objectType", "- {objectName: db, objectType: s3}"),
        ["objectType in another case"] = Objects("objects[0].objectType", "- {objectName: db, objectType: SecretsManager}"),
        ["objectType a homoglyph"] = Objects("objects[0].objectType", "- {objectName: db, objectType: secretsmаnager}"),
        ["objectType with a newline"] = Objects("objects[0].objectType", "- {objectName: db, objectType: \"x\\nlevel=info\"}"),
        ["objectType 1 MB"] = Objects("objects[0].objectType", $"- {{objectName: db, objectType: {new string('x', 900_000)}}}"),
        ["objectAlias folder up"] = new("objects[0].objectAlias", ("objects", Good + ", objectAlias: a/../../b}"), ("pathTranslation", "False")),
        ["objectAlias a list"] = Entry("objectAlias", "objectAlias: [a]"),
        ["filePermission a word"] = Entry("filePermission", "filePermission: rw"),
        ["filePermission 3 digits"] = Entry("filePermission", "filePermission: 644"),
        ["filePermission setuid beyond octal"] = Entry("filePermission", "filePermission: '9999'"),
        ["filePermission Arabic digits"] = Entry("filePermission", "filePermission: '٠٦٤٤'"),
        ["uid negative"] = Entry("uid", "uid: -1"),
        ["uid beyond int"] = Entry("uid", "uid: 4294967296"),
        ["gid a word"] = Entry("gid", "gid: wheel"),
        ["optional a word"] = Entry("optional", "optional: perhaps"),
        ["omitRaw alone"] = Entry("omitRaw", "omitRaw: true"),
        ["decodingStrategy unknown"] = Entry("decodingStrategy", "decodingStrategy: rot13"),
        ["expand a word"] = Entry("expand", "expand: all"),
        ["jmesPath a text"] = Entry("jmesPath", "jmesPath: user"),
        ["jmesPath of texts"] = Entry("jmesPath[0]", "jmesPath: [user]"),
        ["jmesPath without path"] = Entry("jmesPath[0].path", "jmesPath: [{objectAlias: u}]"),
        ["jmesPath without alias"] = Entry("jmesPath[0].objectAlias", "jmesPath: [{path: user}]"),
        ["jmesPath no expression"] = Entry("jmesPath[0].path", "jmesPath: [{path: '[[[', objectAlias: u}]"),
        ["jmesPath nested deep"] = Entry("jmesPath[0].path", $"jmesPath: [{{path: '{new string('[', 5_000)}', objectAlias: u}}]"),
        ["jmesPath negated deep"] = Entry("jmesPath[0].path", $"jmesPath: [{{path: '{new string('!', 10_000)}a', objectAlias: u}}]"),
        ["jmesPath 100,000 characters"] = Entry("jmesPath[0].path", $"jmesPath: [{{path: '{new string('a', 100_000)}', objectAlias: u}}]"),
        ["jmesPath unknown function"] = Entry("jmesPath[0].path", "jmesPath: [{path: 'exec(@)', objectAlias: u}]"),
        ["find with a name"] = Entry("objectName", "find: {path: /x}"),
        ["find empty"] = Objects("objects[0].find", "- {objectType: ssmparameter, find: {}}"),
        ["find a text"] = Objects("objects[0].find", "- {objectType: ssmparameter, find: all}"),
        ["find regexp wrong"] = Objects("objects[0].find.name.regexp", "- {objectType: ssmparameter, find: {name: {regexp: '(('}}}"),
        ["find regexp bomb"] = Objects("objects[0].find.name.regexp", "- {objectType: ssmparameter, find: {name: {regexp: '((((a{0,999}){0,999}){0,999}){0,999})'}}}"),
        ["find regexp nested deep"] = Objects("objects[0].find.name.regexp", $"- {{objectType: ssmparameter, find: {{name: {{regexp: '{new string('(', 100_000)}'}}}}}}"),
        ["find regexp lookbehind"] = Objects("objects[0].find.name.regexp", "- {objectType: ssmparameter, find: {name: {regexp: '(?<=a)b'}}}"),
        ["failover without region"] = Entry("failoverObject", "objectAlias: a, failoverObject: {objectName: db2}"),
        ["usePodIdentity a word"] = With("usePodIdentity", "perhaps"),
        ["useNodeCredentials a word"] = With("useNodeCredentials", "perhaps"),
        ["both identities"] = new("useNodeCredentials", ("objects", Good + "}"), ("usePodIdentity", "true"), ("useNodeCredentials", "true")),
        ["pathTranslation long"] = With("pathTranslation", "abc"),
        ["role no ARN"] = With("role", "admin"),
        ["role a user"] = With("role", "arn:aws:iam::123456789012:user/x"),
        ["additionalRoles one no ARN"] = With("additionalRoles", "[arn:aws:iam::123456789012:role/x, ../admin]"),
        ["additionalRoles maps"] = With("additionalRoles", "[{a: b}]"),
        ["additionalRoles nested deep"] = With("additionalRoles", new string('[', 100_000)),
        ["sessionTags without role"] = With("sessionTags", "{a: b}"),
        ["sessionTags nested deep"] = With("sessionTags", new string('{', 100_000)),
        ["externalID without role"] = With("externalID", "x"),
        ["failoverRegion the same"] = With("failoverRegion", "us-east-1"),
        ["rotationPollInterval a word"] = With("rotationPollInterval", "soon"),
        ["rotationPollInterval zero"] = With("rotationPollInterval", "0s"),
        ["rotationPollInterval negative"] = With("rotationPollInterval", "-5m"),
        ["rotationPollInterval beyond time"] = With("rotationPollInterval", "99999999999999999h"),
        ["templates a text"] = With("templates", "x"),
        ["templates nested deep"] = With("templates", new string('[', 100_000)),
        ["templates folder up"] = With("templates", "[{path: ../x, template: y}]"),
        ["templates unclosed"] = With("templates", "[{path: x, template: '{{ if }}'}]"),
        ["templates nested deep in parentheses"] = With("templates", $"[{{path: x, template: '{{{{ {new string('(', 50_000)} }}}}'}}]"),
        ["templates nested deep in blocks"] = With("templates", $"[{{path: x, template: '{new StringBuilder().Insert(0, "{{ if true }}", 20_000)}'}}]"),
    };
}
