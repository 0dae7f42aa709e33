namespace CsiSecrets.Tests.Templates;

/// <summary>Dates.</summary>
public sealed class DateVectors(DateVectors.Group group) : IClassFixture<DateVectors.Group>
{
    private const string Name = "date";

    public static TheoryData<string> Ids => VectorGroup.Ids(Name);

    [Theory]
    [MemberData(nameof(Ids), DisableDiscoveryEnumeration = false)]
    public void Render_Vector_SameAsGo(string id) => group.Check(id);

    public sealed class Group() : VectorGroup(Name);
}
