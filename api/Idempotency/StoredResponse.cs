using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Idempotency;

/// <summary>
/// A response as it is stored for replays. It may contain a guest's token and addresses, so it is encrypted with a key derived from the caller's
/// idempotency key. The database holds only a hash of that key, so its contents alone do not decrypt the response. (Data Protection would need a key ring
/// that every process shares and retains for the 15 days; here the key comes with the request.)
/// </summary>
internal sealed record StoredResponse(int Status, string? Location, string Body, bool IsProblem) : IResult
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    public static StoredResponse Of(IResult result)
    {
        var status = (result as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;
        var value = (result as IValueHttpResult)?.Value;
        var location = result.GetType().GetProperty("Location")?.GetValue(result) as string;
        var body = JsonSerializer.Serialize(value, value?.GetType() ?? typeof(object), OrderJson.Options);
        return new StoredResponse(status, location, body, value is ProblemDetails);
    }

    public byte[] Seal(string key, string scope)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(new Content(Status, Location, Body, IsProblem), OrderJson.Options);
        var sealedAnswer = new byte[NonceSize + TagSize + plain.Length];
        RandomNumberGenerator.Fill(sealedAnswer.AsSpan(0, NonceSize));
        using var aes = new AesGcm(KeyOf(key, scope), TagSize);
        aes.Encrypt(
            sealedAnswer.AsSpan(0, NonceSize), plain, sealedAnswer.AsSpan(NonceSize + TagSize), sealedAnswer.AsSpan(NonceSize, TagSize));
        return sealedAnswer;
    }

    public static StoredResponse Unseal(ReadOnlySpan<byte> sealedAnswer, string key, string scope)
    {
        var plain = new byte[sealedAnswer.Length - NonceSize - TagSize];
        using var aes = new AesGcm(KeyOf(key, scope), TagSize);
        aes.Decrypt(sealedAnswer[..NonceSize], sealedAnswer[(NonceSize + TagSize)..], sealedAnswer.Slice(NonceSize, TagSize), plain);
        var content = JsonSerializer.Deserialize<Content>(plain, OrderJson.Options)!;
        return new StoredResponse(content.Status, content.Location, content.Body, content.IsProblem);
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status;
        if (Location is not null)
        {
            httpContext.Response.Headers.Location = Location;
        }

        httpContext.Response.ContentType = IsProblem ? "application/problem+json" : "application/json; charset=utf-8";
        return httpContext.Response.WriteAsync(Body, httpContext.RequestAborted);
    }

    private static byte[] KeyOf(string key, string scope) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(key), outputLength: 32, salt: Encoding.UTF8.GetBytes(scope), info: "kept answer"u8.ToArray());

    private sealed record Content(int Status, string? Location, string Body, bool IsProblem);
}
