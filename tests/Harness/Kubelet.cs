using CsiSecrets.Csi.Wire;

namespace CsiSecrets.Tests.Harness;

/// <summary>What a kubelet brings to its calls: its folder of pods, its connection, the tokens that it asked for.</summary>
internal sealed class Kubelet(string folder, Func<Node.NodeClient> csi, TimeProvider time, ITokenSource tokens)
{
    public string Folder => folder;

    public Node.NodeClient Csi => csi();

    public TimeProvider Time => time;

    public ITokenSource Tokens => tokens;

    /// <summary>The audiences for which it passes tokens now.</summary>
    public IReadOnlyList<string> Audiences { get; set; } = [NodeUnderTest.FirstAudience];
}
