using System.Text;
using CsiSecrets.Templates;

namespace CsiSecrets.Tests.Templates;

/// <summary>The vectors of one group, and how many of them passed; the counts are printed when the group's class is done.</summary>
public abstract class VectorGroup : IDisposable
{
    private readonly string name;
    private readonly IReadOnlyDictionary<string, Vector> vectors;
    private int passed;
    private int failed;

    protected VectorGroup(string name)
        : this(name, Vector.Folder)
    {
    }

    protected VectorGroup(string name, string folder)
    {
        this.name = name;
        vectors = Vector.ReadGroup(name, folder);
    }

    public static TheoryData<string> Ids(string group) => [.. Vector.ReadGroup(group, Vector.Folder).Keys];

    public void Check(string id)
    {
        Interlocked.Increment(ref failed);
        Compare(vectors[id]);
        Interlocked.Decrement(ref failed);
        Interlocked.Increment(ref passed);
    }

    public void Dispose()
    {
        Console.WriteLine($"vectors {name}: {passed} passed, {failed} failed");
        GC.SuppressFinalize(this);
    }

    private static void Compare(Vector vector)
    {
        byte[] output;
        try
        {
            output = vector.Render(TestContext.Current.CancellationToken);
        }
        catch (TemplateException e)
        {
            Assert.True(vector.ErrorClass is not null, $"expected output, got: {e.Message}");
            Assert.Equal(vector.ErrorClass, e.Failure == TemplateFailure.Parse ? "parse" : "exec");
            return;
        }

        Assert.True(vector.ErrorClass is null, $"expected an error ({vector.Message}), got: {Encoding.UTF8.GetString(output)}");
        if (!output.AsSpan().SequenceEqual(vector.Output))
        {
            Assert.Equal(Encoding.UTF8.GetString(vector.Output!), Encoding.UTF8.GetString(output));
            Assert.Equal(vector.Output, output);
        }
    }
}
