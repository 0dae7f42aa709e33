using System.Security.Cryptography;
using CsiSecrets.JsonQuery;
using CsiSecrets.Posix;

namespace CsiSecrets.Kube.Folder;

/// <summary>
/// The manifest files of one folder, looked at again and again. A changed file counts once it has stayed the same from one look to the next;
/// a file or document that is broken keeps what it said before.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="passedOver">Full path of a file that is no manifest: the store.</param>
/// <param name="text">Reads a file's text.</param>
/// <param name="state">Where the objects go.</param>
internal sealed class ManifestFiles(string folder, string passedOver, ManifestText text, FolderState state)
{
    private const int MostFiles = 1000;
    private const int LargestFile = 4 << 20;

    private readonly SortedDictionary<string, ManifestFile> files = new(StringComparer.Ordinal);

    /// <summary>Everything that is wrong now.</summary>
    public IReadOnlyList<ManifestProblem> Problems { get; private set; } = [];

    /// <summary>Looks once. True when an object or a problem is another than before.</summary>
    /// <param name="first">Take files as they are: nobody is editing them yet.</param>
    public bool Look(bool first)
    {
        var folderProblems = new List<ManifestProblem>();
        IReadOnlyList<string> names = Names(folderProblems);
        bool changed = false;
        foreach (string name in names.Union(files.Keys).ToList())
        {
            changed |= LookAt(name, first);
        }

        ulong before = state.Revision;
        string said = string.Join('\n', Problems);
        if (changed || first)
        {
            ReadAll();
            Apply(folderProblems);
        }

        return state.Revision != before || said != string.Join('\n', Problems);
    }

    private List<string> Names(List<ManifestProblem> problems)
    {
        try
        {
            List<string> names = [.. Directory.EnumerateFiles(folder)
                .Where(f => Path.GetExtension(f) is ".yaml" or ".yml" or ".json" && f != passedOver)
                .Select(f => Path.GetFileName(f)).Where(n => n[0] != '.').Order(StringComparer.Ordinal)];
            if (names.Count > MostFiles)
            {
                problems.Add(new ManifestProblem(folder, $"more than {MostFiles} manifest files; those after {names[MostFiles - 1]} are passed over"));
            }

            return [.. names.Take(MostFiles)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new ManifestProblem(folder, "the folder cannot be read; what was read before stays"));
            return [.. files.Keys];
        }
    }

    private bool LookAt(string name, bool first)
    {
        ManifestFile known = files.GetValueOrDefault(name) ?? new ManifestFile();
        files[name] = known;
        FileFace face = FileFace.Of(Path.Combine(folder, name));
        if (face == known.Face)
        {
            known.Seen = face;
            return false;
        }

        bool settled = first || face == known.Seen;
        known.Seen = face;
        if (!settled)
        {
            return false;
        }

        known.Face = face;
        if (face == FileFace.None)
        {
            files.Remove(name);
        }

        return true;
    }

    /// <summary>All of them, because an object may have moved from one to another; but not one that is being written.</summary>
    private void ReadAll()
    {
        foreach ((string name, ManifestFile file) in files)
        {
            if (file.Face is not null && file.Face == file.Seen)
            {
                Read(name, file);
            }
        }
    }

    private void Read(string name, ManifestFile known)
    {
        try
        {
            var info = new FileInfo(Path.Combine(folder, name));
            if (!PlainFile.Is(info.FullName))
            {
                known.Problems = [new ManifestProblem(name, "no plain file: it is passed over")];
                return;
            }

            if (info.Length > LargestFile)
            {
                known.Problems = [new ManifestProblem(name, $"larger than {LargestFile} bytes: split it")];
                return;
            }

            (IReadOnlyList<ManifestDocument> objects, known.Problems) = text.Read(name, File.ReadAllBytes(info.FullName));
            known.Fresh = objects;
        }
        catch (YamlTextException e)
        {
            known.Problems = [new ManifestProblem(name, $"{e.Message}; {(known.Ids.Count > 0 ? "what it said before stays" : "nothing of it is used")}")];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            known.Problems = [new ManifestProblem(name, "cannot be read: check its owner and mode")];
        }
    }

    private void Apply(List<ManifestProblem> problems)
    {
        var owners = new Dictionary<ObjectId, ManifestPlace>();
        foreach ((string name, ManifestFile file) in files)
        {
            if (file.Fresh is null)
            {
                // Broken, or being written: its objects stay as they are.
                foreach ((ObjectId id, ManifestPlace place) in file.Ids)
                {
                    owners.TryAdd(id, place);
                }
            }
            else
            {
                Apply(file, owners, problems);
            }

            problems.AddRange(file.Problems);
        }

        foreach (ObjectId gone in state.InFiles().Where(id => !owners.ContainsKey(id)))
        {
            state.Remove(gone);
        }

        Problems = problems;
    }

    private void Apply(ManifestFile file, Dictionary<ObjectId, ManifestPlace> owners, List<ManifestProblem> problems)
    {
        var ids = new Dictionary<ObjectId, ManifestPlace>();
        var clashes = new List<ManifestProblem>();
        foreach (ManifestDocument one in file.Fresh!)
        {
            if (owners.TryGetValue(one.Id, out ManifestPlace? taken))
            {
                clashes.Add(new ManifestProblem(one.Place.ToString(), $"{one.Id} stands in {taken} already, which counts"));
            }
            else if (one.Problem is null || state.PlaceOf(one.Id) is not null)
            {
                owners[one.Id] = ids[one.Id] = one.Place;
                if (one.Problem is null)
                {
                    state.Put(one.Id, one.Json, one.Place, static _ => { }).Dispose();
                }
            }

            CryptographicOperations.ZeroMemory(one.Json);
        }

        file.Problems = [.. file.Problems, .. clashes];
        file.Ids = ids;
        file.Fresh = null;
    }
}
