namespace CsiSecrets.Tests.Templates;

/// <summary>len, index, slice, html, js, urlquery, call.</summary>
public sealed class BuiltinVectors(BuiltinVectors.Group group) : IClassFixture<BuiltinVectors.Group>
{
    private const string Name = "builtin";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
