using CsiSecrets.Tests.Harness;
using Grpc.Core;

namespace CsiSecrets.Tests.Csi;

/// <summary>A running plugin that the specification's rules are held against.</summary>
internal interface ISpecificationTarget : IAsyncDisposable
{
    /// <summary>The CSI socket.</summary>
    ChannelBase Csi { get; }

    /// <summary>The path of the registration socket.</summary>
    string RegistrationSocket { get; }

    /// <summary>A pod with one volume that can be published: its one file is <c>db</c>, with the content <c>first</c>.</summary>
    PodUnderTest Pod(string name);

    /// <summary>Ends the process, as hard as can be, and starts another.</summary>
    Task RestartAsync();
}
