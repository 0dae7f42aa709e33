using CsiSecrets.Model;

namespace CsiSecrets.InPlace;

/// <summary>One pod that is being told. News that come meanwhile are told in the same turn: never two calls of one pod at once.</summary>
internal sealed class PodTurn(PodIdentity pod)
{
    private TaskCompletionSource news = New();

    public PodIdentity Pod => pod;

    /// <summary>Completes when something changed since <see cref="Begin"/>.</summary>
    public Task News => Volatile.Read(ref news).Task;

    public bool HasNews => News.IsCompleted;

    public void Tell() => Volatile.Read(ref news).TrySetResult();

    /// <summary>What comes from here on is news.</summary>
    public void Begin() => Volatile.Write(ref news, New());

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
