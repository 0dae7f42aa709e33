using CsiSecrets.Model;
using CsiSecrets.Model.PeerWords;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace CsiSecrets.Csi;

/// <summary>The error boundary of the socket: the only place that makes a gRPC status, and the one that logs failures. Details stay empty, as
/// the CSI specification wants it.</summary>
internal sealed class FailureInterceptor(ILogger<FailureInterceptor> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (SecretsException e)
        {
            logger.CallFailed(context.Method, e.Reason, e.Logged);
            throw new RpcException(new Status((StatusCode)GrpcCodes.Of(e.Reason), e.Message));
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "the caller went away"));
        }
#pragma warning disable CA1031 // Boundary: nothing unexpected may reach the caller as text, which could hold anything.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.CallBroke(context.Method, e.GetType().Name, e.StackTrace ?? "");
            throw new RpcException(new Status(
                StatusCode.Internal, $"{context.Method}: unexpected {e.GetType().Name}: see the driver's log, this is a defect of the driver"));
        }
    }
}
