using Temporalio.Api.Deployment.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Common;

/// <summary>One version of a worker deployment: its name and a build id. Null stands for workers without a version.</summary>
internal sealed record WorkerVersion(string Deployment, string BuildId)
{
    /// <summary>How the older API writes "no version".</summary>
    public const string Unversioned = "__unversioned__";

    /// <summary>Answers the version that a poller or a completed task states, null where it does not take part in versioning.</summary>
    public static WorkerVersion? Of(WorkerDeploymentOptions? options) =>
        options is { WorkerVersioningMode: WorkerVersioningMode.Versioned } ? new(options.DeploymentName, options.BuildId) : null;

    public static WorkerVersion? Of(WorkerDeploymentVersion? version) => version is null ? null : new(version.DeploymentName, version.BuildId);

    /// <summary>Reads the text form with either delimiter, that of the older API (a dot) or the newer one (a colon); null for no version.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static WorkerVersion? Parse(string text)
    {
        if (text == Unversioned)
        {
            return null;
        }

        var end = text.IndexOfAny(['.', ':']);
        if (end < 0)
        {
            throw new FormatException($"expected delimiter ':' or '.' not found in version string {text}");
        }

        return end == 0 ? throw new FormatException($"deployment name is empty in version string {text}")
            : end == text.Length - 1 ? throw new FormatException($"build id is empty in version string {text}")
            : new(text[..end], text[(end + 1)..]);
    }

    /// <summary>Answers the text form of the older API.</summary>
    public static string ToOlderText(WorkerVersion? version) => version is null ? Unversioned : $"{version.Deployment}.{version.BuildId}";

    public static WorkerDeploymentVersion? ToProto(WorkerVersion? version) =>
        version is null ? null : new() { DeploymentName = version.Deployment, BuildId = version.BuildId };

    /// <summary>Answers the text form of search attributes and messages.</summary>
    public override string ToString() => $"{Deployment}:{BuildId}";
}
