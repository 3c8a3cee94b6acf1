using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace OrderOrchestration.Activities.Privacy;

/// <summary>
/// The key of one customer (AES-256-GCM). The nonce is derived from the key, the field's name and the value (synthetic, as in SIV): equal values have
/// equal ciphertexts, so a repeated write changes no byte, and erased values can still be compared for equality. Nothing else can be derived from a
/// ciphertext without the key.
/// </summary>
public sealed class DataKey
{
    /// <summary>Bytes of a key.</summary>
    public const int Size = 32;

    /// <summary>The prefix of an encrypted value: <c>$p1.keyId.value</c>.</summary>
    public const string Prefix = "$p1.";

    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int FingerprintSize = 12;

    private readonly byte[]? cipherKey;
    private readonly byte[]? nonceKey;
    private readonly byte[]? hashKey;

    private DataKey(string id, ReadOnlySpan<byte> secret)
    {
        Id = id;
        cipherKey = Derive(secret, "personal data"u8);
        nonceKey = Derive(secret, "personal data nonce"u8);
        hashKey = Derive(secret, "personal data hash"u8);
    }

    private DataKey(string id) => Id = id;

    public string Id { get; }

    /// <summary>The key was destroyed: what it encrypted can no longer be read, and it encrypts nothing any more.</summary>
    public bool IsErased => cipherKey is null;

    public static DataKey Of(string id, ReadOnlySpan<byte> secret) => new(id, secret);

    public static DataKey Erased(string id) => new(id);

    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(Size);

    public static string NewId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12));

    /// <summary>The encrypted value, bound to the name of its field; for an erased customer only a marker that there was a value.</summary>
    public string Encrypt(string field, ReadOnlySpan<byte> value)
    {
        if (IsErased)
        {
            return $"{Prefix}{Id}.";
        }

        var content = new byte[NonceSize + TagSize + value.Length];
        var nonce = content.AsSpan(0, NonceSize);
        var name = Encoding.UTF8.GetBytes(field);
        MakeNonce(name, value, nonce);
        using var aes = new AesGcm(cipherKey!, TagSize);
        aes.Encrypt(nonce, value, content.AsSpan(NonceSize + TagSize), content.AsSpan(NonceSize, TagSize), name);
        return $"{Prefix}{Id}.{Base64Url.EncodeToString(content)}";
    }

    /// <summary>The decrypted value; <c>null</c> if the text was not encrypted by this key for this field.</summary>
    public byte[]? Decrypt(string field, ReadOnlySpan<char> content)
    {
        byte[] sealedValue;
        try
        {
            sealedValue = Base64Url.DecodeFromChars(content);
        }
        catch (FormatException)
        {
            return null;
        }

        if (IsErased || sealedValue.Length < NonceSize + TagSize)
        {
            return null;
        }

        var value = new byte[sealedValue.Length - NonceSize - TagSize];
        using var aes = new AesGcm(cipherKey!, TagSize);
        try
        {
            aes.Decrypt(
                sealedValue.AsSpan(0, NonceSize),
                sealedValue.AsSpan(NonceSize + TagSize),
                sealedValue.AsSpan(NonceSize, TagSize),
                value,
                Encoding.UTF8.GetBytes(field));
            return value;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>A keyed hash (HMAC-SHA256) for look-ups, from which a value cannot be guessed without the key; hexadecimal.</summary>
    public string Hash(string value) => Convert.ToHexStringLower(HMACSHA256.HashData(
        hashKey ?? throw new InvalidOperationException("The key was destroyed."), Encoding.UTF8.GetBytes(value)));

    /// <summary>Distinguishes erased values of one customer: equal if the values were equal.</summary>
    public static string Fingerprint(ReadOnlySpan<char> content) => content[..Math.Min(FingerprintSize, content.Length)].ToString();

    private void MakeNonce(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, Span<byte> nonce)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, nonceKey!);
        hash.AppendData(field);
        hash.AppendData([0]);
        hash.AppendData(value);
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        hash.GetHashAndReset(whole);
        whole[..nonce.Length].CopyTo(nonce);
    }

    private static byte[] Derive(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> purpose)
    {
        var derived = new byte[Size];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, derived, salt: [], purpose);
        return derived;
    }
}
