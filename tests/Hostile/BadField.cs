using CsiSecrets.Csi.Wire;
using Grpc.Core;

namespace CsiSecrets.Tests.Hostile;

/// <summary>A publish request with one bad field.</summary>
/// <param name="Code">The answer to a first mount.</param>
/// <param name="Field">How the message names the field.</param>
/// <param name="Remedy">Part of what it says to do.</param>
/// <param name="Change">Spoils the request.</param>
internal sealed record BadField(StatusCode Code, string Field, string Remedy, Action<NodePublishVolumeRequest> Change)
{
    private const string Prefix = "csi.storage.k8s.io/";
    private const string PodInfoRemedy = "podInfoOnMount: true";
    private const string NameRemedy = "a Kubernetes name";

    private static readonly string[] PodInfo = ["pod.name", "pod.namespace", "pod.uid", "serviceAccount.name"];

    private static readonly IReadOnlyDictionary<string, string> NoNames = new Dictionary<string, string>
    {
        ["parent folder"] = "../other",
        ["folder up"] = "..",
        ["this folder"] = ".",
        ["absolute"] = "/etc",
        ["slash"] = "shop/creds",
        ["query"] = "creds?watch=1",
        ["escaped"] = "creds%2f..",
        ["NUL"] = "creds\0",
        ["newline"] = "creds\nlevel=info msg=all-is-well",
        ["control"] = "creds\u001b[2J",
        ["C1 control"] = "creds\u0085x",
        ["line separator"] = "creds\u2028x",
        ["right to left"] = "creds\u202ex",
        ["homoglyph"] = "сreds", // a Cyrillic es
        ["full width"] = "ｃreds",
        ["space"] = " ",
        ["254 characters"] = new string('a', 254),
        ["100,000 characters"] = new string('a', 100_000),
        ["astral"] = "creds\U0001F511",
    };

    public static readonly IReadOnlyDictionary<string, BadField> All = Build();

    public static TheoryData<string> Names => [.. All.Keys];

    private static Dictionary<string, BadField> Build()
    {
        var all = new Dictionary<string, BadField>
        {
            ["capability absent"] = new(StatusCode.InvalidArgument, "volume_capability", "must send", static r => r.VolumeCapability = null),
            ["capability without type"] = new(StatusCode.InvalidArgument, "volume_capability", "must send", static r => r.VolumeCapability.ClearAccessType()),
            ["capability block"] = new(StatusCode.InvalidArgument, "volume_capability.block", "file system", static r => r.VolumeCapability.Block = new()),
            ["readonly false"] = new(StatusCode.InvalidArgument, "readonly", "csi.readOnly: true", static r => r.Readonly = false),
            ["context empty"] = new(StatusCode.InvalidArgument, "volume_context", "volumeAttributes.secretProviderClass", static r => r.VolumeContext.Clear()),
            ["context 2 MiB in one value"] = new(StatusCode.InvalidArgument, "volume_context", "1048576", static r => r.VolumeContext["x"] = new string('x', 2 << 20)),
            ["context 2 MiB in one key"] = new(StatusCode.InvalidArgument, "volume_context", "1048576", static r => r.VolumeContext[new string('x', 2 << 20)] = ""),
            ["context 100,000 keys"] = new(StatusCode.InvalidArgument, "volume_context", "1048576", static r =>
            {
                for (int i = 0; i < 100_000; i++)
                {
                    r.VolumeContext[$"key-{i:d8}"] = "";
                }
            }),
            ["class empty"] = new(StatusCode.InvalidArgument, "volumeAttributes.secretProviderClass", "name the SecretProviderClass", static r => r.VolumeContext["secretProviderClass"] = ""),
            ["class absent"] = new(StatusCode.InvalidArgument, "volumeAttributes.secretProviderClass", "name the SecretProviderClass", static r => r.VolumeContext.Remove("secretProviderClass")),
            ["class in another case"] = new(StatusCode.InvalidArgument, "volumeAttributes.secretProviderClass", "name the SecretProviderClass", static r =>
            {
                r.VolumeContext.Remove("secretProviderClass");
                r.VolumeContext["SecretProviderClass"] = "creds";
            }),
            ["class and ExternalSecret"] = new(StatusCode.InvalidArgument, "volumeAttributes", "not both", static r => r.VolumeContext["externalSecret"] = "x"),
        };
        foreach ((string what, string group) in ((string, string)[])
            [("negative", "-1"), ("beyond int", "2147483648"), ("a name", "root"), ("hex", "0x10"), ("spaced", " 1"), ("Arabic digits", "١"), ("long", new string('1', 100_000)), ("newline", "1\n2")])
        {
            all["group " + what] = new(StatusCode.InvalidArgument, "volume_mount_group", "from 0 to 2147483647", r => r.VolumeCapability.Mount.VolumeMountGroup = group);
        }

        foreach (string key in PodInfo)
        {
            all[$"{key} absent"] = new(StatusCode.FailedPrecondition, $"volume_context[{Prefix}{key}]", PodInfoRemedy, r => r.VolumeContext.Remove(Prefix + key));
            all[$"{key} empty"] = new(StatusCode.FailedPrecondition, $"volume_context[{Prefix}{key}]", PodInfoRemedy, r => r.VolumeContext[Prefix + key] = "");
            foreach ((string what, string name) in NoNames)
            {
                all[$"{key} {what}"] = new(StatusCode.InvalidArgument, $"volume_context[{Prefix}{key}]", NameRemedy, r => r.VolumeContext[Prefix + key] = name);
            }
        }

        foreach ((string what, string name) in NoNames)
        {
            all[$"class {what}"] = new(StatusCode.InvalidArgument, "volumeAttributes.secretProviderClass", NameRemedy, r => r.VolumeContext["secretProviderClass"] = name);
            all[$"ExternalSecret {what}"] = new(StatusCode.InvalidArgument, "volumeAttributes.externalSecret", NameRemedy, r =>
            {
                r.VolumeContext.Remove("secretProviderClass");
                r.VolumeContext["externalSecret"] = name;
            });
        }

        return all;
    }
}
