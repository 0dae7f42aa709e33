using System.Collections.Concurrent;
using System.Reflection;

namespace CsiSecrets.Tests.Templates;

/// <summary>The vectors of every group that has no class of its own: whatever else the folder holds.</summary>
public sealed class OtherVectors(OtherVectors.Groups groups) : IClassFixture<OtherVectors.Groups>
{
    public static TheoryData<string, string> Ids
    {
        get
        {
            string[] known = [.. KnownGroups()];
            string[] others = [.. GroupsIn(Vector.Folder).Except(known)];

            // A folder without any: those of our own, as a theory needs a case.
            string folder = others.Length > 0 ? Vector.Folder : Vector.OwnFolder;
            return new(from name in others.Length > 0 ? others : GroupsIn(folder).Except(known)
                       from id in Vector.ReadGroup(name, folder).Keys
                       select (Path.Combine(folder, name), id));
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Render_Vector_SameAsGo(string group, string id) => groups.Find(group).Check(id);

    private static IEnumerable<string> GroupsIn(string folder) =>
        Directory.EnumerateFiles(folder, "*" + Vector.Extension).Select(file => Path.GetFileName(file)![..^Vector.Extension.Length]).Order(StringComparer.Ordinal);

    private static IEnumerable<string> KnownGroups() =>
        typeof(OtherVectors).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Vectors", StringComparison.Ordinal))
            .Select(type => type.GetField("Name", BindingFlags.NonPublic | BindingFlags.Static)?.GetRawConstantValue() as string)
            .OfType<string>();

    public sealed class Groups : IDisposable
    {
        private readonly ConcurrentDictionary<string, Group> groups = new();

        public VectorGroup Find(string path) => groups.GetOrAdd(path, static p => new Group(p));

        public void Dispose()
        {
            foreach (Group group in groups.Values)
            {
                group.Dispose();
            }
        }
    }

    private sealed class Group(string path) : VectorGroup(Path.GetFileName(path), Path.GetDirectoryName(path)!);
}
