using CsiSecrets.Templates.Crypto;
using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates.Functions;

/// <summary>Between the engine's values and those of Crypto: arguments, results, failures and the random source.</summary>
internal static class CryptoCalls
{
    private const int StepsPerCall = 16;

    public delegate byte[] BytesFunction(RenderContext context, object?[] arguments);

    /// <summary>A body whose failure the template sees as Go's; its text may show data, so none of it is safe to log.</summary>
    public static FunctionBody Guarded(FunctionBody body) => (context, arguments) =>
    {
        try
        {
            object? result = body(context, arguments);
            context.Budget.StepAndLook(StepsPerCall);
            return result;
        }
        catch (TemplateFunctionException e)
        {
            throw new GoException(e.Message);
        }
    };

    public static FunctionBody Bytes(BytesFunction body) => Guarded((context, arguments) =>
    {
        foreach (object? argument in arguments)
        {
            context.Budget.Charge(argument is GoString text ? 4L * text.Length : 0);
        }

        byte[] result = body(context, arguments);
        context.Budget.Charge(result.Length);
        return new GoString(result);
    });

    public static FunctionBody Text(Func<RenderContext, object?[], string> body) => Guarded((context, arguments) =>
    {
        string result = body(context, arguments);
        context.Budget.Charge(3L * result.Length);
        return GoString.From(result);
    });

    public static ReadOnlySpan<byte> Span(object?[] arguments, int index) => ((GoString)arguments[index]!).Span;

    public static string String(object?[] arguments, int index) => arguments[index]!.ToString()!;

    public static RandomFill Fill(RenderContext context) => context.Environment.Random;
}
