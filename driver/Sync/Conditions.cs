using CsiSecrets.Model.Manifests.ExternalSecrets;

namespace CsiSecrets.Sync;

/// <summary>The one condition that every object here has. Pure.</summary>
internal static class Conditions
{
    public const string Ready = "Ready";
    private const int LongestMessage = 32 * 1024;

    public static StatusCondition? ReadyOf(IReadOnlyList<StatusCondition> conditions) => conditions.FirstOrDefault(c => c.Type == Ready);

    /// <summary>The conditions with Ready replaced; <c>lastTransitionTime</c> moves only when the status flips.</summary>
    public static IReadOnlyList<StatusCondition> With(
        IReadOnlyList<StatusCondition> before, bool ready, string reason, string message, DateTimeOffset now)
    {
        string status = ready ? "True" : "False";
        StatusCondition? old = ReadyOf(before);
        var next = new StatusCondition
        {
            Type = Ready,
            Status = status,
            Reason = reason.Length > 0 ? reason : null,
            Message = message.Length == 0 ? null : message.Length > LongestMessage ? message[..LongestMessage] : message,
            LastTransitionTime = old?.Status == status ? old.LastTransitionTime ?? now : now,
        };
        return [.. before.Where(c => c.Type != Ready), next];
    }
}
