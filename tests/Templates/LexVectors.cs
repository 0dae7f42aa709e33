namespace CsiSecrets.Tests.Templates;

/// <summary>Lexing, literals, trim markers, comments.</summary>
public sealed class LexVectors(LexVectors.Group group) : IClassFixture<LexVectors.Group>
{
    private const string Name = "lex";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
