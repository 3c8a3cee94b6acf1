using System.Text;
using Microsoft.AspNetCore.Http.Features;
using OrderOrchestration.Api.Problems;

namespace OrderOrchestration.Api.Validation;

/// <summary>
/// Validates the raw request target, before routing uses the path that the server decoded and whose dot segments it resolved. A segment <c>.</c> or <c>..</c>
/// (also escaped), NUL, and invalid UTF-8 are 400.
/// </summary>
internal static class RequestTarget
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void UseRequestTarget(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (FindFault(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget) is { } fault)
        {
            await Problem.Malformed(fault.Field, fault.Error).ExecuteAsync(context);
            return;
        }

        await next(context);
    });

    private static (string Field, string Error)? FindFault(string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? target : target[..query];
        foreach (var segment in path.Split('/'))
        {
            if (Decode(segment) is not { } text || text.Contains('\0', StringComparison.Ordinal))
            {
                return ("path", "is no text");
            }

            if (text is "." or "..")
            {
                return ("path", "a name . or .. means another resource");
            }
        }

        return query < 0 ? null : FindQueryFault(target[(query + 1)..]);
    }

    private static (string Field, string Error)? FindQueryFault(string query)
    {
        foreach (var parameter in query.Split('&'))
        {
            var parts = parameter.Split('=', 2);
            var name = Decode(parts[0]);
            var value = parts.Length < 2 ? "" : Decode(parts[1]);
            if (name is null || value is null || (name + value).Contains('\0', StringComparison.Ordinal))
            {
                return (name is null || name.Length == 0 || !Texts.IsName(name) ? "query" : name, "is no text");
            }
        }

        return null;
    }

    /// <summary>Decodes percent escapes; <c>null</c> where the bytes are not UTF-8. A percent sign without two hexadecimal digits is literal.</summary>
    private static string? Decode(string escaped)
    {
        if (!escaped.Contains('%', StringComparison.Ordinal))
        {
            return Texts.IsWellFormed(escaped) ? escaped : null;
        }

        var bytes = new List<byte>(escaped.Length);
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] == '%' && i + 2 < escaped.Length && char.IsAsciiHexDigit(escaped[i + 1]) && char.IsAsciiHexDigit(escaped[i + 2]))
            {
                bytes.Add(Convert.ToByte(escaped.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes([escaped[i]]));
            }
        }

        try
        {
            return Utf8.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
