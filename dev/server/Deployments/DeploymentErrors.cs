using System.Text;
using EmbeddedTemporal.Common;
using EmbeddedTemporal.Validation;
using Grpc.Core;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.ErrorDetails.V1;

namespace EmbeddedTemporal.Deployments;

/// <summary>Validation and errors of worker deployments, with the real server's messages (service/worker/workerdeployment/util.go).</summary>
internal static class DeploymentErrors
{
    /// <summary>The longest name or build id, in bytes of UTF-8: in the real server a workflow id consists of both and a prefix.</summary>
    private const int LongestField = (1000 - 39) / 2;

    /// <exception cref="RpcException">INVALID_ARGUMENT.</exception>
    public static void ValidateName(string name)
    {
        ValidateField(name, "WorkerDeploymentName");
        RequestValidation.That(!name.Contains('.', StringComparison.Ordinal), "worker deployment name cannot contain '.'");
        RequestValidation.That(!name.Contains(':', StringComparison.Ordinal), "worker deployment name cannot contain ':'");
    }

    /// <exception cref="RpcException">INVALID_ARGUMENT.</exception>
    public static void ValidateBuildId(string buildId) => ValidateField(buildId, "BuildID");

    /// <summary>Parses the text form of a version in a request.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT.</exception>
    public static WorkerVersion Parse(string text)
    {
        try
        {
            return WorkerVersion.Parse(text) ?? throw ServiceErrors.InvalidArgument("WorkerDeploymentName cannot be empty");
        }
        catch (FormatException)
        {
            throw ServiceErrors.InvalidArgument($"invalid version string \"{text}\", expected format is \"<deployment_name>.<build_id>\"");
        }
    }

    public static RpcException NotFound(string name) =>
        ServiceErrors.NotFound($"no Worker Deployment found with name '{name}'; does your Worker Deployment have pollers?");

    public static RpcException VersionNotFound(WorkerVersion version) =>
        ServiceErrors.NotFound($"build ID '{version.BuildId}' not found in Worker Deployment '{version.Deployment}'");

    public static RpcException ManagerMismatch(string manager, string identity) => ServiceErrors.FailedPrecondition(
        $"ManagerIdentity '{manager}' is set and does not match user identity '{identity}'; to proceed, set your own identity as the ManagerIdentity, "
        + "remove the ManagerIdentity, or wait for the other client to do so");

    public static RpcException ConflictTokenMismatch() => ServiceErrors.FailedPrecondition("conflict token mismatch");

    public static RpcException AlreadyExists(string message) => ServiceErrors.Of(StatusCode.AlreadyExists, message);

    public static RpcException LimitReached(string message) => ServiceErrors.Of(
        StatusCode.ResourceExhausted,
        message,
        new ResourceExhaustedFailure { Cause = ResourceExhaustedCause.WorkerDeploymentLimits, Scope = ResourceExhaustedScope.Namespace });

    private static void ValidateField(string value, string what)
    {
        RequestValidation.That(value.Length > 0, $"{what} cannot be empty");
        RequestValidation.That(Encoding.UTF8.GetByteCount(value) <= LongestField, $"size of {what} larger than the maximum allowed");
        RequestValidation.That(!value.StartsWith("__", StringComparison.Ordinal), $"{what} cannot start with '__'");
    }
}
