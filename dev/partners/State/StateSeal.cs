using System.Security.Cryptography;
using System.Text;

namespace OrderOrchestration.Partners.State;

/// <summary>
/// Encrypts documents of the state file (AES-256-GCM), because they contain personal data. Documents that were written without a key are read as plain
/// text.
/// </summary>
internal sealed class StateSeal : IDisposable
{
    private const string Prefix = "sealed:";
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly AesGcm? cipher;

    /// <param name="key">32 bytes; empty: documents are not encrypted.</param>
    public StateSeal(ReadOnlyMemory<byte> key) => cipher = key.IsEmpty ? null : new AesGcm(key.Span, TagSize);

    public string Close(string body)
    {
        if (cipher is null)
        {
            return body;
        }

        var clear = Encoding.UTF8.GetBytes(body);
        var content = new byte[NonceSize + TagSize + clear.Length];
        RandomNumberGenerator.Fill(content.AsSpan(0, NonceSize));
        cipher.Encrypt(content.AsSpan(0, NonceSize), clear, content.AsSpan(NonceSize + TagSize), content.AsSpan(NonceSize, TagSize));
        return Prefix + Convert.ToBase64String(content);
    }

    /// <exception cref="CryptographicException">The document was encrypted with another key, or there is no key.</exception>
    public string Open(string body)
    {
        if (!body.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return body;
        }

        var content = Convert.FromBase64String(body[Prefix.Length..]);
        var clear = new byte[content.Length - NonceSize - TagSize];
        (cipher ?? throw new CryptographicException("the file is sealed and there is no key")).Decrypt(
            content.AsSpan(0, NonceSize), content.AsSpan(NonceSize + TagSize), content.AsSpan(NonceSize, TagSize), clear);
        return Encoding.UTF8.GetString(clear);
    }

    public void Dispose() => cipher?.Dispose();
}
