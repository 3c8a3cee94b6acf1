using System.Globalization;
using EmbeddedTemporal.Common;
using Grpc.Core;
using Temporalio.Api.ErrorDetails.V1;

namespace EmbeddedTemporal.Frontend;

/// <summary>
/// Rejects clients that are incompatible with this server, by their version headers (real server: common/headers). As there, only a few calls are
/// checked.
/// </summary>
internal static class ClientVersions
{
    private static readonly Dictionary<string, int> FirstUnsupported = new(StringComparer.Ordinal)
    {
        ["temporal-go"] = 2,
        ["temporal-java"] = 2,
        ["temporal-php"] = 2,
        ["temporal-typescript"] = 2,
        ["temporal-cli"] = 2,
        ["temporal-server"] = 2,
        ["temporal-ui"] = 3,
        ["Nexus-go-sdk"] = 2,
    };

    /// <exception cref="RpcException">INVALID_ARGUMENT: a header is not a version; FAILED_PRECONDITION: client and server versions are incompatible.</exception>
    public static void Require(CallContext call)
    {
        string Header(string name) => call.Caller?.RequestHeaders.GetValue(name) ?? "";
        var (name, version, servers) = (Header("client-name"), Header("client-version"), Header("supported-server-versions"));
        if (version.Length > 0 && FirstUnsupported.TryGetValue(name, out var limit))
        {
            var parsed = Parse(version) ?? throw ServiceErrors.InvalidArgument("Unable to parse client version: No Major.Minor.Patch elements found");
            if (parsed.Major >= limit)
            {
                throw ServiceErrors.Of(
                    StatusCode.FailedPrecondition,
                    $"Client version {version} is not supported. Server supports {name} versions: <{limit}.0.0",
                    new ClientVersionNotSupportedFailure { ClientName = name, ClientVersion = version, SupportedVersions = $"<{limit}.0.0" });
            }
        }

        if (servers.Length > 0 && !Contains(servers, Parse(ServerIdentity.Version)!))
        {
            throw ServiceErrors.Of(
                StatusCode.FailedPrecondition,
                $"Server version {ServerIdentity.Version} is not supported. Client supports server versions: {servers}",
                new ServerVersionNotSupportedFailure { ServerVersion = ServerIdentity.Version, ClientSupportedServerVersions = servers });
        }
    }

    /// <summary>Whether a range such as <c>&gt;=1.0.0 &lt;2.0.0 || =3.1.0</c> contains the version.</summary>
    private static bool Contains(string range, Version version) =>
        range.Split("||").Select(part => part.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(bound => Satisfies(bound, version)).ToList())
            .ToList()
            .Exists(bounds => bounds.TrueForAll(satisfied => satisfied));

    private static bool Satisfies(string bound, Version version)
    {
        var sign = bound[..(bound.Length - bound.TrimStart('<', '>', '=', '!').Length)];
        var than = Parse(bound[sign.Length..]) ?? throw Unreadable(bound);
        var order = version.CompareTo(than);
        return sign switch
        {
            "" or "=" or "==" => order == 0,
            "!" or "!=" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            ">=" => order >= 0,
            _ => throw Unreadable(bound),
        };
    }

    private static RpcException Unreadable(string bound) => ServiceErrors.InvalidArgument($"Unable to parse supported server versions: {bound}");

    /// <summary>Parses a version of three numbers; a pre-release or build suffix is ignored.</summary>
    private static Version? Parse(string text)
    {
        var numbers = text.Split('-', '+')[0].Split('.');
        return numbers.Length == 3 && numbers.All(number => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? new(int.Parse(numbers[0], CultureInfo.InvariantCulture), int.Parse(numbers[1], CultureInfo.InvariantCulture), int.Parse(numbers[2], CultureInfo.InvariantCulture))
            : null;
    }
}
