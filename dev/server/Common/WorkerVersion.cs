using Temporalio.Api.Deployment.V1;
using Temporalio.Api.Enums.V1;

namespace EmbeddedTemporal.Common;

/// <summary>A worker deployment version: deployment name and build id. Null means unversioned workers.</summary>
internal sealed record WorkerVersion(string Deployment, string BuildId)
{
    /// <summary>The older API's text for unversioned workers.</summary>
    public const string Unversioned = "__unversioned__";

    /// <summary>Returns the version in a poller's or a completed task's deployment options, null when worker versioning is off.</summary>
    public static WorkerVersion? Of(WorkerDeploymentOptions? options) =>
        options is { WorkerVersioningMode: WorkerVersioningMode.Versioned } ? new(options.DeploymentName, options.BuildId) : null;

    public static WorkerVersion? Of(WorkerDeploymentVersion? version) => version is null ? null : new(version.DeploymentName, version.BuildId);

    /// <summary>Parses the text form with the delimiter of the older API (a dot) or of the newer one (a colon); null for unversioned.</summary>
    /// <exception cref="FormatException">The text has no delimiter, or an empty deployment name or build id.</exception>
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

    /// <summary>Returns the text form of the older API.</summary>
    public static string ToOlderText(WorkerVersion? version) => version is null ? Unversioned : $"{version.Deployment}.{version.BuildId}";

    public static WorkerDeploymentVersion? ToProto(WorkerVersion? version) =>
        version is null ? null : new() { DeploymentName = version.Deployment, BuildId = version.BuildId };

    /// <summary>Returns the text form used in search attributes and error messages.</summary>
    public override string ToString() => $"{Deployment}:{BuildId}";
}
