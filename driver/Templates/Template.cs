using System.Buffers;
using System.Text;
using CsiSecrets.Templates.Execution;
using CsiSecrets.Templates.Syntax;
using CsiSecrets.Templates.Values;

namespace CsiSecrets.Templates;

/// <summary>A Go template, parsed once and rendered many times, from any thread.</summary>
internal sealed class Template
{
    private readonly Dictionary<GoString, ListNode> trees;
    private readonly GoString text;
    private readonly GoString mainName;
    private readonly TemplateOptions options;

    private Template(string name, GoString text, Dictionary<GoString, ListNode> trees, TemplateOptions options)
    {
        Name = name;
        this.text = text;
        this.trees = trees;
        this.options = options;
        mainName = GoString.From(name);
    }

    public string Name { get; }

    /// <summary>Parses a text. Throws <see cref="TemplateException"/> of class Parse.</summary>
    public static Template Parse(string name, string text, TemplateOptions options) =>
        Parse(name, Encoding.UTF8.GetBytes(text), options);

    /// <inheritdoc cref="Parse(string, string, TemplateOptions)"/>
    public static Template Parse(string name, ReadOnlySpan<byte> text, TemplateOptions options)
    {
        if (text.Length > options.Limits.TextBytes)
        {
            throw ParseFailure(name, $"template: {name}: the text is larger than {options.Limits.TextBytes} bytes", 0);
        }

        GoString source = GoString.Copy(text);
        try
        {
            return new Template(name, source, Parser.Parse(name, source, options), options);
        }
        catch (ParseException e)
        {
            throw ParseFailure(name, $"template: {name}:{e.Line}: {e.Message}", e.Line);
        }
        catch (InsufficientExecutionStackException)
        {
            throw ParseFailure(name, $"template: {name}: nested too deep", 0);
        }
    }

    /// <summary>Renders to a new array. Throws <see cref="TemplateException"/> of class Exec.</summary>
    public byte[] Render(TemplateData data, TemplateEnvironment environment, CancellationToken cancellation)
    {
        ByteBuilder output = new(null, text.Length + 256);
        try
        {
            Render(data, environment, output, cancellation);
            return output.Written.ToArray();
        }
        finally
        {
            output.Written.Clear();
        }
    }

    /// <summary>
    /// Renders into a writer whose buffers the caller owns, and may clear. On an error part of the output may be there already: it
    /// must be thrown away.
    /// </summary>
    public void Render(TemplateData data, TemplateEnvironment environment, IBufferWriter<byte> output, CancellationToken cancellation)
    {
        Render(data, environment, output, new RenderBudget(options.Limits, environment.Clock, cancellation));
    }

    /// <summary>Renders on a budget that the caller can look at.</summary>
    internal void Render(TemplateData data, TemplateEnvironment environment, IBufferWriter<byte> output, RenderBudget budget)
    {
        RenderContext context = new(budget, environment);
        RenderState execution = new(trees, context, new RenderOutput(output, options.Limits.OutputBytes), options.MissingKey);
        Value dot = Value.Of(data.Root);
        try
        {
            new Evaluator(execution, new Place(Name, text, mainName), dot, 0).Run(dot, trees[mainName]);
        }
        catch (ExecException e)
        {
            throw new TemplateException(TemplateFailure.Exec, e.Message, e.Safe)
            {
                TemplateName = Name,
                Line = e.Line,
                Column = e.Column,
                MissingKey = e.MissingKey,
            };
        }
        catch (LimitException e)
        {
            throw Bounded(e.Message);
        }
        catch (InsufficientExecutionStackException)
        {
            throw Bounded("nested too deep");
        }
    }

    private TemplateException Bounded(string message) =>
        new(TemplateFailure.Exec, $"template: {Name}: {message}", $"template: {Name}: {message}") { TemplateName = Name };

    private static TemplateException ParseFailure(string name, string message, int line) =>
        new(TemplateFailure.Parse, message, message) { TemplateName = name, Line = line };
}
